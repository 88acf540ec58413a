# Searches the fingerprints of a folder with faiss, one query at a time on one thread:
# faiss.py FOLDER RADIUS. Prints the times as JSON and leaves the places found in the folder.
import json
import sys
import time

import faiss
import numpy

FLAT_QUERIES = 200  # a flat search takes milliseconds

folder, radius = sys.argv[1], int(sys.argv[2])
faiss.omp_set_num_threads(1)
stored = numpy.fromfile(folder + "/stored", dtype=numpy.uint8).reshape(-1, 32)
queries = numpy.fromfile(folder + "/queries", dtype=numpy.uint8).reshape(-1, 32)


def measure(index, queries, name):
    """Microseconds a query. faiss takes what is nearer than its radius, hence one more."""
    places, spent = [], 0.0
    for i in range(len(queries)):
        began = time.perf_counter()
        _, _, found = index.range_search(queries[i : i + 1], radius + 1)
        spent += time.perf_counter() - began
        places.append(found)
    with open(folder + "/" + name, "wb") as out:
        for found in places:
            out.write(numpy.uint64(len(found)).tobytes())
            out.write(numpy.sort(found).astype(numpy.uint64).tobytes())
    return spent * 1e6 / len(queries)


figures = {"faiss_version": faiss.__version__}
flat = faiss.IndexBinaryFlat(256)
flat.add(stored)
figures["faiss_flat_us"] = measure(flat, queries[:FLAT_QUERIES], "flat")
del flat

# Of 11 pieces of a string within the radius, one differs in at most a eleventh of it.
flips = radius // 11
if flips <= 3:
    began = time.perf_counter()
    hashed = faiss.IndexBinaryMultiHash(256, 11, 23)
    hashed.add(stored)
    figures["faiss_build_s"] = time.perf_counter() - began
    hashed.nflip = flips
    figures["faiss_us"] = measure(hashed, queries, "hashed")
    figures["faiss_config"] = "IndexBinaryMultiHash 11x23, %d flips" % flips
print(json.dumps(figures))
