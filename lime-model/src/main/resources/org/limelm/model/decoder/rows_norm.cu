// RMSNorm of the residual stream, and sums of the parts of its gain's gradient.

// y = x / rms(x) * gain. One block per row.
extern "C" __global__ void rms_norm(
        bf16 *y, const float *x, const float *gain, float eps, int d) { // y, x (N, D)
    x += (long long)blockIdx.x * d;
    y += (long long)blockIdx.x * d;
    float squares = 0.f, v[8], g[8];
    for (int i = threadIdx.x * 8; i < d; i += blockDim.x * 8) {
        load8(x + i, v);
#pragma unroll
        for (int j = 0; j < 8; j++) squares += v[j] * v[j];
    }
    float r = rsqrtf(block_sum(squares, 0.f).x / d + eps);
    for (int i = threadIdx.x * 8; i < d; i += blockDim.x * 8) {
        load8(x + i, v);
        load8(gain + i, g);
#pragma unroll
        for (int j = 0; j < 8; j++) v[j] *= r * g[j];
        store8(y + i, v);
    }
}

// With r = 1 / rms(x) and u = grad_y * gain: grad_x = stream + r u - x r^3 sum(u x) / D. Blocks
// stride over the rows and each writes its part of the gradient of the gain, sum(grad_y x r).
extern "C" __global__ void rms_norm_backward(
        float *grad_x,             // (N, D)
        float *grad_gain_parts,    // (blocks, D)
        const float *x,            // (N, D)
        const float *gain,         // (D)
        const bf16 *grad_y,        // (N, D)
        const float *stream,       // (N, D), or null
        float eps, int rows, int d) {
    extern __shared__ float grad_gain[]; // (D); a thread adds to its own columns only
    for (int i = threadIdx.x; i < d; i += blockDim.x) grad_gain[i] = 0.f;
    __syncthreads();
    float v[8], g[8], u[8], s[8];
    for (int row = blockIdx.x; row < rows; row += gridDim.x) {
        long long start = (long long)row * d;
        float squares = 0.f, products = 0.f;
        for (int i = threadIdx.x * 8; i < d; i += blockDim.x * 8) {
            load8(x + start + i, v);
            load8(gain + i, g);
            load8(grad_y + start + i, u);
#pragma unroll
            for (int j = 0; j < 8; j++) squares += v[j] * v[j], products += v[j] * u[j] * g[j];
        }
        float2 sums = block_sum(squares, products);
        float r = rsqrtf(sums.x / d + eps);
        float shrink = r * r * r * sums.y / d;
        for (int i = threadIdx.x * 8; i < d; i += blockDim.x * 8) {
            load8(x + start + i, v);
            load8(gain + i, g);
            load8(grad_y + start + i, u);
            if (stream) load8(stream + start + i, s);
#pragma unroll
            for (int j = 0; j < 8; j++) {
                grad_gain[i + j] += u[j] * v[j] * r;
                u[j] = (stream ? s[j] : 0.f) + r * u[j] * g[j] - v[j] * shrink;
            }
            store8(grad_x + start + i, u);
        }
    }
    __syncthreads();
    for (int i = threadIdx.x; i < d; i += blockDim.x)
        grad_gain_parts[(long long)blockIdx.x * d + i] = grad_gain[i];
}

// total = sum over the rows of the columns of parts from `first` on, or total += it. A block of
// 32 x 8 threads per 32 columns.
extern "C" __global__ void sum_rows(
        float *total, const float *parts, int first, int rows, int stride, int columns, int add) {
    __shared__ float of_group[8][33];
    int column = blockIdx.x * 32 + threadIdx.x;
    float sum = 0.f;
    if (column < columns)
        for (int row = threadIdx.y; row < rows; row += 8) 
            sum += parts[(long long)row * stride + first + column];
    of_group[threadIdx.y][threadIdx.x] = sum;
    __syncthreads();
    if (threadIdx.y == 0 && column < columns) {
        for (int i = 1; i < 8; i++) sum += of_group[i][threadIdx.x];
        total[column] = add ? total[column] + sum : sum;
    }
}
