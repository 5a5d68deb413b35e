"""What tells PyTorch's compiler about einops: nothing is compiled here."""


def allow_ops_in_compiled_graph():
    pass
