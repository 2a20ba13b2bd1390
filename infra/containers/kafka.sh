#!/bin/bash
# Starts the broker of docker-compose.yml, in the image apache/kafka: its wrapper writes the settings from the mounted file and the
# environment and formats the storage, then the broker takes this process's place, with the flags of the local one
# (infra/local/kafka-node.ts). Storage that is formatted already is what a container that was killed comes back to.
set -euo pipefail
config=/opt/kafka/config
export CLUSTER_ID=${CLUSTER_ID:-5L6g3nShT-eMCtK--X86sw}

kafka() {
  exec java ${KAFKA_HEAP_OPTS:-} -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp '/opt/kafka/libs/*' "$@"
}

(kafka kafka.docker.KafkaDockerWrapper setup --default-configs-dir /etc/kafka/docker \
  --mounted-configs-dir /mnt/shared/config --final-configs-dir "$config") || test -e "$KAFKA_LOG_DIRS/meta.properties"
kafka -Dlog4j2.configurationFile="$config/log4j2.yaml" kafka.Kafka "$config/server.properties"
