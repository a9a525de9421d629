using BenchmarkDotNet.Attributes;
using NearData.Storage;

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
    private readonly FileDevices _cached = new(FileReading.PageCache, Console.WriteLine);
    private readonly FileDevices _direct = new(FileReading.Direct, Console.WriteLine);
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

        _lease = _pool.TryRent(Depth * Piece)!;
    }

    [GlobalCleanup]
    public void Close()
    {
        _lease.Dispose();
        _pool.Dispose();
        File.Delete(_path);
    }

    [Benchmark(Baseline = true)]
    public int PreadFromPageCache()
    {
        using FileDevice file = new(_path, File.OpenHandle(_path), DeviceGeometry.Free);
        for (int piece = 0; piece < Pieces; piece++)
        {
            file.Read((long)piece * Piece, _lease.Memory.Span.Slice(piece % Depth * Piece, Piece));
        }

        return Pieces;
    }

    [Benchmark]
    public int UringFromPageCache() => ReadAll(_cached);

    [Benchmark]
    public int UringFromDisk() => ReadAll(_direct);

    private int ReadAll(FileDevices devices)
    {
        using IDevice device = devices.Open(_path, File.OpenHandle(_path));
        using IQueuePair queue = devices.OpenQueuePair(Depth);
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
                queue.TrySubmit(new ReadRequest(slot, device, (long)next * Piece, _lease.Memory.Slice(slot * Piece, Piece)));
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
