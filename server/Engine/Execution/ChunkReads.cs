using NearData.Parquet;
using NearData.Storage;

namespace NearData.Engine.Execution;

/// <summary>Reads a row group's column chunks into one buffer, as many at a time as the queue takes. One thread.</summary>
internal sealed class ChunkReads(IQueuePair queue, ColumnChunk[] chunks, Memory<byte> buffer, CancellationToken cancellation)
{
    /// <summary>A transient device error is worth as many tries as this; NVMe drivers give up in the same order of magnitude.</summary>
    private const int MaxAttempts = 3;

    private readonly Memory<byte>[] _targets = new Memory<byte>[chunks.Length];
    private readonly int[] _attempts = new int[chunks.Length];

    /// <summary>The bytes of each chunk.</summary>
    /// <exception cref="StorageException">A read failed for good.</exception>
    public Memory<byte>[] Run()
    {
        int start = 0;
        for (int i = 0; i < chunks.Length; i++)
        {
            int length = (int)chunks[i].CompressedLength;
            _targets[i] = buffer.Slice(start, length);
            start += length;
        }

        Span<ReadCompletion> completions = new ReadCompletion[Math.Min(queue.Depth, 16)];
        StorageException? failure = null;
        int next = 0;
        int open = chunks.Length;
        // On failure or cancellation the reads in flight are still waited for: until then the buffer belongs to the device.
        while (open > 0 || queue.InFlight > 0)
        {
            bool stopping = failure is not null || cancellation.IsCancellationRequested;
            if (stopping && queue.InFlight == 0)
            {
                break;
            }

            while (!stopping && next < chunks.Length && Submit(next))
            {
                next++;
            }

            int count = queue.Poll(completions);
            foreach (ReadCompletion completion in completions[..count])
            {
                if (completion.Error is not { } error)
                {
                    open--;
                }
                else if (!error.IsTransient || ++_attempts[completion.Tag] == MaxAttempts || !Submit(completion.Tag))
                {
                    failure ??= error;
                }
            }
        }

        cancellation.ThrowIfCancellationRequested();
        return failure is null ? _targets : throw failure;
    }

    private bool Submit(int chunk) => queue.TrySubmit(new ReadRequest(chunk, chunks[chunk].Offset, _targets[chunk]));
}
