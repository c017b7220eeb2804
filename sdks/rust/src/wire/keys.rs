//! Where records of a key lie.

const SLOTS: u32 = 1024;

/// The hash of Kafka's Java client.
pub fn murmur2(data: &[u8]) -> i32 {
    const M: u32 = 0x5bd1_e995;
    let mut h = 0x9747_b28c_u32 ^ data.len() as u32;
    let mut chunks = data.chunks_exact(4);
    for chunk in &mut chunks {
        let mut k = u32::from_le_bytes([chunk[0], chunk[1], chunk[2], chunk[3]]).wrapping_mul(M);
        k ^= k >> 24;
        h = h.wrapping_mul(M) ^ k.wrapping_mul(M);
    }
    let rest = chunks.remainder();
    if !rest.is_empty() {
        for (place, byte) in rest.iter().enumerate() {
            h ^= u32::from(*byte) << (8 * place);
        }
        h = h.wrapping_mul(M);
    }
    h ^= h >> 13;
    h = h.wrapping_mul(M);
    (h ^ (h >> 15)) as i32
}

/// Below 1024.
pub fn slot_of(key: &[u8]) -> i32 {
    ((murmur2(key) & 0x7fff_ffff) as u32 % SLOTS) as i32
}

/// Of a topic with so many partitions.
pub fn partition_of(key: &[u8], partitions: i32) -> i32 {
    slot_of(key) % partitions.max(1)
}
