"""Whether anything gets out: across companies, past rights, past the sign-in, out of its text."""
