// Draws the pictures of docs/pictures/: `npm run picture`.
import './pictures.ts'
