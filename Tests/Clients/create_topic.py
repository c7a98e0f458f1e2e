"""Asks for a topic with one of the clients and prints the server's answer: {"error": null} or the error's name."""

import argparse
import json

from clients import CLIENTS, Refused


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--client", choices=CLIENTS, required=True)
    parser.add_argument("--bootstrap", required=True)
    parser.add_argument("--topic", required=True)
    parser.add_argument("--partitions", type=int, default=1)
    arguments = parser.parse_args()
    error = None
    admin = CLIENTS[arguments.client].Admin(arguments.bootstrap)
    try:
        admin.create(arguments.topic, partitions=arguments.partitions)
    except Refused as refusal:
        error = refusal.args[0]
    admin.close()
    print(json.dumps({"error": error}))


if __name__ == "__main__":
    main()
