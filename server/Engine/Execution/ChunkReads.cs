using NearData.Storage;

namespace NearData.Engine.Execution;

/// <summary>Carries out a row group's reads into one buffer, as many at a time as the queue takes. One thread.</summary>
internal sealed class ChunkReads(IQueuePair queue, ReadPlan plan, Memory<byte> buffer, CancellationToken cancellation)
{
    /// <summary>A transient device error is worth as many tries as this; NVMe drivers give up in the same order of magnitude.</summary>
    private const int MaxAttempts = 3;

    private readonly int[] _attempts = new int[plan.Reads.Count];

    /// <summary>Returns when the last byte has come.</summary>
    /// <exception cref="StorageException">A read failed for good.</exception>
    public void Run()
    {
        Span<ReadCompletion> completions = new ReadCompletion[Math.Min(queue.Depth, 16)];
        StorageException? failure = null;
        int next = 0;
        int open = plan.Reads.Count;
        // On failure or cancellation the reads in flight are still waited for: until then the buffer belongs to the device.
        while (open > 0 || queue.InFlight > 0)
        {
            bool stopping = failure is not null || cancellation.IsCancellationRequested;
            if (stopping && queue.InFlight == 0)
            {
                break;
            }

            while (!stopping && next < plan.Reads.Count && Submit(next))
            {
                next++;
            }

            int count = queue.Wait(completions);
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
        if (failure is not null)
        {
            throw failure;
        }
    }

    private bool Submit(int read)
    {
        PlannedRead planned = plan.Reads[read];
        return queue.TrySubmit(new ReadRequest(read, planned.Offset, buffer.Slice((int)planned.Target, (int)planned.Length)));
    }
}
