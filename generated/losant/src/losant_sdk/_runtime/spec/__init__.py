"""What generated modules say of an API: plain data, without HTTP or pydantic."""
