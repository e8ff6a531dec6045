'use strict';

/* global React, ReactDOM, GraphiQL */

/** Runs in the browser: the picker of identities, the examples, and GraphiQL between them. */
(async function explore() {
  const { examples, identities } = await (await fetch('/explorer/examples')).json();
  const identityChoice = document.getElementById('identity');
  const exampleChoice = document.getElementById('example');
  const story = document.getElementById('story');
  const about = document.getElementById('about');
  const state = { token: null, query: examples[0] ? examples[0].query : '{ __typename }', tab: 0 };
  const root = ReactDOM.createRoot(document.getElementById('explorer'));

  const fetcher = async (operation) => {
    const headers = { 'Content-Type': 'application/json', Accept: 'application/graphql-response+json' };
    if (state.token !== null) headers.Authorization = `Bearer ${state.token}`;
    const response = await fetch('/graphql', { method: 'POST', headers, body: JSON.stringify(operation) });
    return response.json();
  };

  function show() {
    root.render(
      React.createElement(GraphiQL, {
        key: state.tab,
        fetcher,
        query: state.query,
        defaultQuery: state.query,
        isHeadersEditorEnabled: identities.length === 0,
        shouldPersistHeaders: false,
        forcedTheme: 'light',
        storage: memoryStorage(),
        onEditQuery: (query) => {
          state.query = query;
        },
      }),
    );
  }

  async function become(name) {
    const identity = identities.find((candidate) => candidate.name === name);
    identityChoice.value = name;
    story.textContent = identity ? identity.story : 'What everybody may see, without a token.';
    story.title = story.textContent;
    state.token = null;
    if (!identity) return;
    const response = await fetch('/explorer/token', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ name }),
    });
    state.token = (await response.json()).token;
  }

  async function open(name) {
    const example = examples.find((candidate) => candidate.name === name);
    if (!example) return;
    exampleChoice.value = name;
    about.textContent = example.about;
    about.title = example.about;
    state.query = example.query;
    state.tab += 1;
    if (identities.length > 0) await become(example.as || '');
    show();
  }

  document.querySelector('.sluice-bar').classList.toggle('sluice-without-identities', identities.length === 0);
  addOption(identityChoice, '', 'the public');
  for (const { name, displayName } of identities) addOption(identityChoice, name, `${name}: ${displayName}`);
  for (const { name } of examples) addOption(exampleChoice, name, name);
  identityChoice.addEventListener('change', () => become(identityChoice.value));
  exampleChoice.addEventListener('change', () => open(exampleChoice.value));
  if (examples[0]) await open(examples[0].name);
  else show();
})();

function addOption(choice, value, text) {
  const option = document.createElement('option');
  option.value = value;
  option.textContent = text;
  choice.append(option);
}

/** What is typed here is nobody's but this page's: nothing stays in the browser. */
function memoryStorage() {
  const items = new Map();
  return {
    getItem: (key) => (items.has(key) ? items.get(key) : null),
    setItem: (key, value) => items.set(key, String(value)),
    removeItem: (key) => items.delete(key),
    clear: () => items.clear(),
    get length() {
      return items.size;
    },
  };
}
