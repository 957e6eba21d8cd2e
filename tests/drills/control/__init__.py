"""Workers as they must not be: no pre-mark and no retry key. A drill that passes here proves nothing."""
