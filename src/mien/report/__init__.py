"""Tables, the report page, and drawing."""
