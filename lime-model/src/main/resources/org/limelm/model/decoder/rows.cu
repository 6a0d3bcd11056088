// The operations between the matrix products, one kernel each. They work on rows independently. Values are bfloat16 where the matrix products read or write them and float32
// elsewhere; statistics are float32. Widths are multiples of 8, so that a thread handles 16 bytes.
//
// Dimensions: N rows, D model, H query heads, K key/value heads, C head dimension, F width of the
// feed-forward layer, V vocabulary, T time.
//
// This file has what the kernels share; they are compiled together.

typedef unsigned short bf16;
typedef unsigned int u32;

struct __align__(16) Eight { // eight bfloat16
    u32 pair[4];
};

__device__ __forceinline__ u32 pack(float low, float high) {
    u32 both;
    asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(both) : "f"(high), "f"(low));
    return both;
}

__device__ __forceinline__ void unpack(Eight from, float *to) {
#pragma unroll
    for (int i = 0; i < 4; i++) {
        to[2 * i] = __uint_as_float(from.pair[i] << 16);
        to[2 * i + 1] = __uint_as_float(from.pair[i] & 0xffff0000u);
    }
}

__device__ __forceinline__ void load8(const bf16 *from, float *to) {
    unpack(*(const Eight *)from, to);
}

__device__ __forceinline__ void load8(const float *from, float *to) {
    float4 a = ((const float4 *)from)[0], b = ((const float4 *)from)[1];
    to[0] = a.x, to[1] = a.y, to[2] = a.z, to[3] = a.w;
    to[4] = b.x, to[5] = b.y, to[6] = b.z, to[7] = b.w;
}

__device__ __forceinline__ void store8(bf16 *to, const float *from) {
    Eight packed;
#pragma unroll
    for (int i = 0; i < 4; i++) packed.pair[i] = pack(from[2 * i], from[2 * i + 1]);
    *(Eight *)to = packed;
}

__device__ __forceinline__ void store8(float *to, const float *from) {
    ((float4 *)to)[0] = make_float4(from[0], from[1], from[2], from[3]);
    ((float4 *)to)[1] = make_float4(from[4], from[5], from[6], from[7]);
}

__device__ __forceinline__ float warp_sum(float x) {
#pragma unroll
    for (int offset = 16; offset > 0; offset >>= 1) x += __shfl_xor_sync(0xffffffffu, x, offset);
    return x;
}

__device__ __forceinline__ float warp_max(float x) {
#pragma unroll
    for (int offset = 16; offset > 0; offset >>= 1)
        x = fmaxf(x, __shfl_xor_sync(0xffffffffu, x, offset));
    return x;
}

// Sums two values over the block; every thread receives both sums.
__device__ __forceinline__ float2 block_sum(float a, float b) {
    __shared__ float2 of_warp[32];
    a = warp_sum(a), b = warp_sum(b);
    int lane = threadIdx.x & 31, warps = blockDim.x >> 5;
    __syncthreads(); // the previous call has been read
    if (lane == 0) of_warp[threadIdx.x >> 5] = make_float2(a, b);
    __syncthreads();
    float2 mine = lane < warps ? of_warp[lane] : make_float2(0.f, 0.f);
    return make_float2(warp_sum(mine.x), warp_sum(mine.y));
}
