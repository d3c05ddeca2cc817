"""Tables, migrations, repositories, run files."""
