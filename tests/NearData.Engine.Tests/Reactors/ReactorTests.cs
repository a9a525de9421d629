using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;
using NearData.Engine.Reactors;
using NearData.Storage;
using NearData.Storage.Faults;

namespace NearData.Engine.Tests.Reactors;

/// <summary>What jobs may rely on.</summary>
public sealed class ReactorTests
{
    private static readonly Tenant Anyone = Tenant.Anonymous;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_job_that_throws_anywhere_fails_alone()
    {
        using TestReadPath path = new(reactors: 1);
        ThrowingJob inPrepare = new("prepare");
        ThrowingJob inTurn = new("turn");
        TestJob other = new(Anyone);

        path.Reactors.Start([inPrepare, inTurn, other]);
        await Task.WhenAll(inPrepare.Ended, inTurn.Ended, other.Ended);

        Assert.Equal("prepare", inPrepare.Failure!.Message);
        Assert.Equal("turn", inTurn.Failure!.Message);
        Assert.Null(other.Failure);
    }

    [Fact]
    public async Task Jobs_take_turns_on_one_reactor()
    {
        using TestReadPath path = new(reactors: 1);
        ConcurrentQueue<char> order = new();
        Gate gate = new();
        LoggingJob[] jobs = [new('a', 50, order, gate, new Tenant("a")), new('b', 50, order, gate, new Tenant("b"))];

        path.Reactors.Start(jobs);
        gate.IsOpen = true;
        path.Reactors.Wake();
        await Task.WhenAll(jobs.Select(job => job.Ended));

        // Clocks run by the time that turns take, which others on the machine stretch: no exact alternation.
        string turns = string.Concat(order);
        Assert.Equal(100, turns.Length);
        Assert.Contains("ab", turns);
        Assert.Contains("ba", turns);
    }

    [Fact]
    public async Task Disposing_ends_every_job_and_starts_no_other()
    {
        TestReadPath path = new(reactors: 2);
        EndlessJob[] jobs = [.. Enumerable.Range(0, 5).Select(_ => new EndlessJob())];
        path.Reactors.Start(jobs);

        path.Dispose();

        await Task.WhenAll(jobs.Select(job => job.Ended));
        Assert.All(jobs, job => Assert.IsType<ObjectDisposedException>(job.Failure));
        Assert.Throws<ObjectDisposedException>(() => path.Reactors.Start([new TestJob(Anyone)]));
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(3, 2)]
    public async Task Reads_of_many_jobs_bring_each_its_own_bytes_past_transient_errors(int reactors, int oneIn)
    {
        byte[] content = new byte[200_000];
        new Random(3).NextBytes(content);
        using MemoryDevice device = new("memory", content);
        FaultDevices devices = new(new MemoryDevices(), FaultScript.Random(oneIn, oneIn, FaultKind.Delay, FaultKind.Delay, FaultKind.Short));
        using TestReadPath path = new(devices, reactors: reactors);
        ReadingJob[] jobs = [.. Enumerable.Range(0, 20).Select(seed => new ReadingJob(device, content, seed))];

        path.Reactors.Start(jobs);
        await Task.WhenAll(jobs.Select(job => job.Ended));

        // Three short reads in a row are an error for good, and are allowed here; a wrong byte is not.
        Assert.All(jobs, job => Assert.Equal(0, job.Wrong));
        Assert.Contains(jobs, job => job.Failure is null);
        Assert.All(jobs, job => Assert.True(job.Failure is null or StorageException { IsTransient: true }));
        Assert.Equal(0, path.Pool.Rented);
    }

    /// <summary>Without a line for memory the stream of small jobs would always leave less than the large one needs.</summary>
    [Fact]
    public async Task A_large_job_gets_its_memory_against_a_stream_of_small_ones()
    {
        using TestReadPath path = new(bytes: 1 << 20, reactors: 2);
        using CancellationTokenSource enough = new();
        MemoryJob large = new(1 << 20);
        Task small = Task.WhenAll(Enumerable.Range(0, 6).Select(async _ =>
        {
            while (!enough.IsCancellationRequested)
            {
                MemoryJob job = new(300 << 10);
                path.Reactors.Start([job]);
                await job.Ended;
            }
        }));

        path.Reactors.Start([large]);
        await large.Ended;
        await enough.CancelAsync();
        await small;

        Assert.Null(large.Failure);
        Assert.Equal(0, path.Pool.Rented);
    }

    /// <summary>No memory comes back to the pool then: the range can make room from now on, and somebody has to be told.</summary>
    [Fact]
    public async Task A_job_gets_the_memory_of_a_cached_range_when_its_last_reader_is_done_with_it()
    {
        using TestReadPath path = new(bytes: 1 << 20, cacheBytes: 1 << 20, reactors: 1);
        BufferLease[] lease = new BufferLease[1];
        Assert.True(path.Cache.TryRent([1 << 20], lease));
        CachedRange read = path.Cache.Add(VersionOfSomeFile(), 0, lease[0], [0]);
        MemoryJob waiting = new(1 << 20);
        path.Reactors.Start([waiting]);
        await waiting.Refused.WaitAsync(Patience);

        read.Release();
        await waiting.Ended.WaitAsync(Patience);

        Assert.Null(waiting.Failure);
    }

    [Fact]
    public async Task Memory_that_can_never_be_had_fails_the_job_that_wants_it_and_nobody_else()
    {
        using TestReadPath path = new(bytes: 1 << 20, reactors: 2);
        MemoryJob impossible = new((1 << 20) + 1);
        MemoryJob possible = new(1 << 20);

        path.Reactors.Start([impossible, possible]);
        await Task.WhenAll(impossible.Ended, possible.Ended);

        Assert.IsType<BufferLimitException>(impossible.Failure);
        Assert.Null(possible.Failure);
    }

    private sealed class ThrowingJob(string where) : TestJob(Anyone)
    {
        public override void Prepare(ReactorMemory memory)
        {
            if (where == "prepare" && Failure is null)
            {
                throw new InvalidOperationException(where);
            }
        }

        public override JobState TakeTurn() =>
            where == "turn" && Failure is null ? throw new InvalidOperationException(where) : JobState.Done;
    }

    private sealed class Gate
    {
        private volatile bool _isOpen;

        public bool IsOpen
        {
            get => _isOpen;
            set => _isOpen = value;
        }
    }

    private sealed class LoggingJob(char name, int turns, ConcurrentQueue<char> order, Gate gate, Tenant tenant) : TestJob(tenant)
    {
        private int _left = turns;

        public override bool IsReady => gate.IsOpen;

        public override JobState TakeTurn()
        {
            order.Enqueue(name);
            Thread.SpinWait(2000);
            return --_left == 0 ? JobState.Done : JobState.Running;
        }
    }

    private sealed class EndlessJob() : TestJob(Anyone)
    {
        public override JobState TakeTurn() => Failure is null ? JobState.Running : JobState.Done;
    }

    /// <summary>Reads pieces all over a device, several at a time, and compares.</summary>
    private sealed class ReadingJob(IDevice device, byte[] content, int seed) : TestJob(new Tenant($"{seed % 3}"))
    {
        private const int Pieces = 40;

        private readonly Random _random = new(seed);
        private int _taken;
        private int _ended;

        public int Wrong { get; private set; }

        public override IEnumerable<IDevice> Devices => [device];

        public override bool HasRead => _taken < Pieces && Failure is null;

        public override bool IsReady => _ended == _taken && !HasRead;

        public override JobRead? TakeRead()
        {
            int offset = _random.Next(content.Length - 5000);
            return new JobRead(device, offset, new byte[_random.Next(1, 5000)], this, _taken++);
        }

        public override void EndRead(in JobRead read, StorageException? error)
        {
            _ended++;
            if (error is not null)
            {
                Fail(error);
            }
            else if (!read.Buffer.Span.SequenceEqual(content.AsSpan((int)read.Offset, read.Buffer.Length)))
            {
                Wrong++;
            }
        }
    }

    private static FileVersion VersionOfSomeFile()
    {
        using SafeFileHandle file = File.OpenHandle(typeof(ReactorTests).Assembly.Location);
        return FileVersion.Of(file);
    }

    /// <summary>Holds memory for a few turns.</summary>
    private sealed class MemoryJob(long length) : TestJob(Anyone)
    {
        private readonly TaskCompletionSource _refused = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private BufferLease? _lease;
        private int _turns;

        /// <summary>Ends when it was its turn, and there was no memory.</summary>
        public Task Refused => _refused.Task;

        public override bool IsReady => _lease is not null || Failure is not null;

        public override void Prepare(ReactorMemory memory)
        {
            BufferLease[] lease = new BufferLease[1];
            if (_lease is not null || Failure is not null || !memory.StandInLine(this))
            {
                return;
            }

            if (memory.TryRent([length], lease))
            {
                _lease = lease[0];
                memory.LeaveLine(this);
            }
            else
            {
                _refused.TrySetResult();
            }
        }

        public override JobState TakeTurn()
        {
            if (Failure is null && ++_turns < 5)
            {
                return JobState.Running;
            }

            _lease?.Dispose();
            return JobState.Done;
        }
    }
}
