#!/usr/bin/env bash
# The part of Kafka's kafka-topics.sh that librdkafka's tests call, over `millrace topics`.
# MILLRACE names the program.
set -euo pipefail

action='' topic='' server=() options=()
while [ $# -gt 0 ]; do
    case $1 in
        --create | --alter | --delete | --describe | --list) action=${1#--} && shift ;;
        --topic) topic=$2 && shift 2 ;;
        --bootstrap-server) server=(--bootstrap-server "$2") && shift 2 ;;
        --partitions | --replication-factor | --config) options+=("$1" "$2") && shift 2 ;;
        *) echo "kafka-topics.sh: $1 is not known here" >&2 && exit 2 ;;
    esac
done

case $action in
    list) exec "$MILLRACE" topics list "${server[@]}" ;;
    alter) action=extend ;;
    '') echo "kafka-topics.sh: one of --create, --alter, --delete, --describe, --list is needed" >&2 && exit 2 ;;
esac
exec "$MILLRACE" topics "$action" "${server[@]}" "${options[@]}" "$topic"
