using BenchmarkDotNet.Attributes;
using NearData.Storage;
using NearData.Storage.Uring;

namespace NearData.Bench;

/// <summary>
/// A file of 256 MiB read from end to end in pieces of 1 MiB, 16 at a time, each device over the same file: what the kernel has in its
/// page cache by two ways, and the disk itself past it.
/// </summary>
public class DeviceReads
{
    private const int Piece = 1 << 20;
    private const int Depth = 16;
    private const int Pieces = 256;

    private readonly string _path = Path.Combine(Path.GetTempPath(), $"neardata-bench-{Environment.ProcessId}");
    private readonly BufferPool _pool = new(Depth * Piece);
    private readonly ReadCompletion[] _completions = new ReadCompletion[Depth];
    private readonly Stack<int> _free = new(Depth);
    private FileDevice _blocking = null!;
    private UringDevice _cached = null!;
    private UringDevice _direct = null!;
    private BufferLease _lease = null!;

    [GlobalSetup]
    public void Open()
    {
        using (FileStream file = File.Create(_path))
        {
            byte[] piece = new byte[Piece];
            Random random = new(1);
            for (int i = 0; i < Pieces; i++)
            {
                random.NextBytes(piece);
                file.Write(piece);
            }

            file.Flush(flushToDisk: true);
        }

        _lease = _pool.Rent(Depth * Piece, CancellationToken.None);
        _blocking = new FileDevice(_path, File.OpenHandle(_path));
        _cached = new UringDevice(_path, File.OpenHandle(_path), FileReading.PageCache, Console.WriteLine);
        _direct = new UringDevice(_path, File.OpenHandle(_path), FileReading.Direct, Console.WriteLine);
    }

    [GlobalCleanup]
    public void Close()
    {
        _blocking.Dispose();
        _cached.Dispose();
        _direct.Dispose();
        _lease.Dispose();
        _pool.Dispose();
        File.Delete(_path);
    }

    [Benchmark(Baseline = true)]
    public int PreadFromPageCache() => ReadAll(_blocking);

    [Benchmark]
    public int UringFromPageCache() => ReadAll(_cached);

    [Benchmark]
    public int UringFromDisk() => ReadAll(_direct);

    private int ReadAll(IDevice device)
    {
        using IQueuePair queue = device.OpenQueuePair(Depth);
        _free.Clear();
        for (int i = 0; i < Depth; i++)
        {
            _free.Push(i);
        }

        int next = 0;
        int done = 0;
        while (done < Pieces)
        {
            for (; next < Pieces && _free.TryPop(out int slot); next++)
            {
                queue.TrySubmit(new ReadRequest(slot, (long)next * Piece, _lease.Memory.Slice(slot * Piece, Piece)));
            }

            foreach (ReadCompletion completion in _completions.AsSpan(0, queue.Wait(_completions)))
            {
                _free.Push(completion.Tag);
                done += completion.Error is null ? 1 : throw completion.Error;
            }
        }

        return done;
    }
}
