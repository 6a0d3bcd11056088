// The cross-entropy and its gradient.

__device__ __forceinline__ float cap(float z, float soft_cap) {
    return soft_cap > 0.f ? soft_cap * tanhf(z / soft_cap) : z;
}

// The cross-entropy of every row and, in place of its logits, the gradient of
// (nll + z_loss lse^2) / normalizer. One block per row. Rows with target < 0 count as 0,
// those with target >= V as NaN.
extern "C" __global__ void cross_entropy(
        bf16 *logits,              // (n, V); receives the gradient
        float *nll,                // (n)
        const long long *targets,  // (n)
        const float *normalizer,   // scalar
        float soft_cap, float z_loss, int v) {
    logits += (long long)blockIdx.x * v;
    long long target = targets[blockIdx.x];
    float z[8];
    if (target < 0 || target >= v) {
#pragma unroll
        for (int j = 0; j < 8; j++) z[j] = 0.f;
        for (int i = threadIdx.x * 8; i < v; i += blockDim.x * 8) store8(logits + i, z);
        if (threadIdx.x == 0) nll[blockIdx.x] = target < 0 ? 0.f : __int_as_float(0x7fc00000);
        return;
    }
    float at_target = cap(__uint_as_float((u32)logits[target] << 16), soft_cap);
    float top = -3.0e38f, sum = 0.f; // of this thread: maximum, and sum of exp(z - maximum)
    for (int i = threadIdx.x * 8; i < v; i += blockDim.x * 8) {
        load8(logits + i, z);
        float highest = top;
#pragma unroll
        for (int j = 0; j < 8; j++) highest = fmaxf(highest, z[j] = cap(z[j], soft_cap));
        sum *= __expf(top - highest);
        top = highest;
#pragma unroll
        for (int j = 0; j < 8; j++) sum += __expf(z[j] - top);
    }
    __shared__ float of_warp[32];
    int lane = threadIdx.x & 31, warps = blockDim.x >> 5;
    float highest = warp_max(top);
    if (lane == 0) of_warp[threadIdx.x >> 5] = highest;
    __syncthreads();
    highest = warp_max(lane < warps ? of_warp[lane] : -3.0e38f);
    float lse = highest + logf(block_sum(sum * __expf(top - highest), 0.f).x);
    float scale = 1.f / *normalizer, weight = scale * (1.f + 2.f * z_loss * lse);
    if (threadIdx.x == 0) nll[blockIdx.x] = lse - at_target;
    for (int i = threadIdx.x * 8; i < v; i += blockDim.x * 8) {
        load8(logits + i, z);
#pragma unroll
        for (int j = 0; j < 8; j++) {
            float capped = cap(z[j], soft_cap);
            float grad = weight * __expf(capped - lse) - (i + j == target ? scale : 0.f);
            float ratio = soft_cap > 0.f ? capped / soft_cap : 0.f;
            z[j] = grad * (1.f - ratio * ratio);
        }
        store8(logits + i, z);
    }
}
