package wire

const slots = 1024

// Murmur2 is the hash of Kafka's Java client.
func Murmur2(data []byte) int32 {
	const m = 0x5bd1e995
	h := uint32(0x9747b28c) ^ uint32(len(data))
	for len(data) >= 4 {
		k := uint32(data[0]) | uint32(data[1])<<8 | uint32(data[2])<<16 | uint32(data[3])<<24
		k *= m
		k ^= k >> 24
		k *= m
		h = h*m ^ k
		data = data[4:]
	}
	switch len(data) {
	case 3:
		h ^= uint32(data[2]) << 16
		fallthrough
	case 2:
		h ^= uint32(data[1]) << 8
		fallthrough
	case 1:
		h ^= uint32(data[0])
		h *= m
	}
	h ^= h >> 13
	h *= m
	h ^= h >> 15
	return int32(h)
}

// SlotOf is the slot of a key, below 1024.
func SlotOf(key []byte) int { return int(Murmur2(key)&0x7fffffff) % slots }

// PartitionOf is where records of a key lie on a topic of so many partitions.
func PartitionOf(key []byte, partitions int) int { return SlotOf(key) % partitions }
