// Ink's optional link to React's developer tools: left out of the programs (left external, it crashes them).
export default { initialize() {}, connectToDevTools() {} }
