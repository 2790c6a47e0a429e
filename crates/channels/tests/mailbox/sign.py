"""Signs a mail (DKIM) with a library of its own: the mail from standard input; domain, selector, key file, head and body as arguments."""
import sys
import dkim

domain, selector, key, head, body = sys.argv[1:6]
mail = sys.stdin.buffer.read()
with open(key, "rb") as file:
    signature = dkim.sign(mail, selector.encode(), domain.encode(), file.read(), canonicalize=(head.encode(), body.encode()))
sys.stdout.buffer.write(signature + mail)
