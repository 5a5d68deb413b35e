"""Files that weights come from: there are none here."""


def exists(path):
    return False


def get_file(*args, **kwargs):
    return ''
