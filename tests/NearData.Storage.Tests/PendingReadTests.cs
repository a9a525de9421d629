namespace NearData.Storage.Tests;

/// <summary>Who reads, and who waits for it.</summary>
public sealed class PendingReadTests
{
    private static readonly FileVersion File = new(1, 2, 10_000, 3, 4);

    private readonly PendingReads _reads = new();
    private readonly PendingRead _first = new(File, 100, 200, [100, 250]);
    private int _ended;

    public PendingReadTests()
    {
        _reads.AwaitedEnded += (_, _) => _ended++;
        Assert.True(_reads.TryBegin(_first, within: null, out _));
    }

    [Theory]
    [InlineData(100, 200, null)]
    [InlineData(250, 50, null)]
    [InlineData(120, 20, 100L)]
    public void Bytes_that_a_read_brings_are_waited_for(long start, long length, long? within)
    {
        Assert.False(_reads.TryBegin(new PendingRead(File, start, length, [start]), within, out PendingRead? other));

        Assert.Same(_first, other);
        Assert.False(other.IsOver);
        _first.End();
        Assert.True(other.IsOver);
        Assert.Equal(1, _ended);
        _first.End();
        Assert.Equal(1, _ended);
    }

    [Theory]
    [InlineData(100, 201, null)]
    [InlineData(250, 51, 100L)]
    [InlineData(90, 50, null)]
    [InlineData(120, 20, null)]
    public void Bytes_that_it_brings_some_of_or_that_nobody_will_find_are_read(long start, long length, long? within)
    {
        Assert.True(_reads.TryBegin(new PendingRead(File, start, length, [start]), within, out _));
    }

    [Fact]
    public void Another_version_of_the_file_is_another_file()
    {
        Assert.True(_reads.TryBegin(new PendingRead(File with { Changed = 5 }, 100, 200, [100, 250]), within: null, out _));
    }

    [Fact]
    public void What_has_ended_is_waited_for_by_nobody()
    {
        _first.End();

        Assert.Equal(0, _ended);
        Assert.True(_reads.TryBegin(new PendingRead(File, 100, 200, [100, 250]), within: null, out _));
    }

    /// <summary>A longer read of the same part is told apart from the one that began before it.</summary>
    [Fact]
    public void The_end_of_one_read_is_not_another_ones()
    {
        PendingRead longer = new(File, 100, 300, [100, 250]);
        Assert.True(_reads.TryBegin(longer, within: null, out _));

        longer.End();

        Assert.False(_reads.TryBegin(new PendingRead(File, 100, 200, [100]), within: null, out PendingRead? other));
        Assert.Same(_first, other);
    }
}
