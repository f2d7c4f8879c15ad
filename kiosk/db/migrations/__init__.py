"""The steps from an empty file to the newest schema, in order of their numbers. None is ever edited once released."""
