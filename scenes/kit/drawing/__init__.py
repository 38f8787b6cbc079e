"""Drawing that hides behind the encoder: a canvas, a stream, and the renderer that puts them into manim's place."""
