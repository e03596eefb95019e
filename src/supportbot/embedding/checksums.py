import hashlib
def sha256(p):
    with open(p,'rb') as f: return hashlib.file_digest(f,'sha256').hexdigest()
