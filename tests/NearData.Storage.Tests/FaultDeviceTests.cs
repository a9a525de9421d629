using NearData.Storage.Faults;

namespace NearData.Storage.Tests;

/// <summary>Each fault of a script is what its reads show.</summary>
public sealed class FaultDeviceTests
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 1000).Select(i => (byte)i)];
    private static readonly MemoryDevice Device = new("memory", Content);

    [Theory]
    [InlineData(FaultKind.TransientError, true)]
    [InlineData(FaultKind.PermanentError, false)]
    [InlineData(FaultKind.Short, true)]
    public void An_error_says_whether_trying_again_helps(FaultKind kind, bool isTransient)
    {
        FaultDevices devices = Faulty(1, new Fault(kind, 10));
        using IQueuePair queue = devices.OpenQueuePair(depth: 1);
        byte[] buffer = new byte[100];

        Assert.Null(Read(queue, buffer).Error);
        StorageException? error = Read(queue, buffer).Error;
        Assert.Null(Read(queue, buffer).Error);

        Assert.NotNull(error);
        Assert.Equal(isTransient, error.IsTransient);
        Assert.Equal(Content[..100], buffer);
        Assert.Equal(3, devices.Reads);
    }

    [Fact]
    public void A_short_read_brings_no_more_than_its_first_bytes()
    {
        FaultDevices devices = Faulty(0, new Fault(FaultKind.Short, 10));
        using IQueuePair queue = devices.OpenQueuePair(depth: 1);
        byte[] buffer = new byte[100];

        Assert.NotNull(Read(queue, buffer).Error);

        Assert.Equal([.. Content[..10], .. new byte[90]], buffer);
    }

    [Fact]
    public void A_delayed_read_ends_behind_those_that_came_after_it()
    {
        FaultDevices devices = Faulty(0, new Fault(FaultKind.Delay, 3));
        using IQueuePair queue = devices.OpenQueuePair(depth: 3);
        for (int tag = 0; tag < 3; tag++)
        {
            Assert.True(queue.TrySubmit(new ReadRequest(tag, Device, 0, new byte[10])));
        }

        Assert.False(queue.TrySubmit(new ReadRequest(3, Device, 0, new byte[10])));
        ReadCompletion[] completions = new ReadCompletion[3];
        List<int> order = [];
        while (queue.InFlight > 0)
        {
            order.AddRange(completions[..queue.Wait(completions)].Select(completion => completion.Tag));
        }

        Assert.Equal([1, 2, 0], order);
    }

    [Fact]
    public void A_corrupted_read_succeeds_with_one_byte_that_is_another()
    {
        FaultDevices devices = Faulty(0, new Fault(FaultKind.Corruption, 142));
        using IQueuePair queue = devices.OpenQueuePair(depth: 1);
        byte[] buffer = new byte[100];

        Assert.Null(Read(queue, buffer).Error);

        Assert.Equal([42], Enumerable.Range(0, 100).Where(i => buffer[i] != Content[i]));
    }

    private static FaultDevices Faulty(int read, Fault fault) =>
        new(new MemoryDevices(), FaultScript.Of(new Dictionary<int, Fault> { [read] = fault }));

    private static ReadCompletion Read(IQueuePair queue, byte[] buffer)
    {
        Assert.True(queue.TrySubmit(new ReadRequest(0, Device, 0, buffer)));
        ReadCompletion[] completions = new ReadCompletion[1];
        Assert.Equal(1, queue.Wait(completions));
        return completions[0];
    }
}
