import { setFlagsFromString } from 'node:v8';

// V8 11.3 (Node 20) may inline calls into WebAssembly and, when it takes such a frame apart again, die with "unreachable
// code" in Deoptimizer::DoComputeBuiltinContinuation: seen while compiling the law some thousand calls long. The calls
// cost microseconds beside the evaluation, so inlining them is worth nothing here. Imported before Cedar is.
setFlagsFromString('--no-turbo-inline-js-wasm-calls');
