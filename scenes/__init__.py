"""The film, a file a chapter. `kit` holds the drawing words that chapters share."""
