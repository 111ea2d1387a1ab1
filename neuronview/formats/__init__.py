"""Files of other people: what other tools published or read, to a dataset folder and back; a module or package each."""
