'use strict';

/** The oldest Node that the libraries run on; checked before anything newer than old syntax is loaded. */
var needed = [20, 19];

module.exports = function refuseOldNode() {
  var parts = process.versions.node.split('.').map(Number);
  if (parts[0] > needed[0] || (parts[0] === needed[0] && parts[1] >= needed[1])) return;
  console.error('sluice needs Node ' + needed.join('.') + ' or newer, and this is Node ' + process.versions.node);
  process.exit(1);
};
