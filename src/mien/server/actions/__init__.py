"""What the server does, one file a subject: takes a transaction, returns schemas."""
