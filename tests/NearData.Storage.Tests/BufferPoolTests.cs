namespace NearData.Storage.Tests;

public sealed class BufferPoolTests
{
    private const int Page = BufferPool.Alignment;

    [Theory]
    [InlineData(1)]
    [InlineData(Page)]
    [InlineData(Page + 1)]
    [InlineData(3_000_000)]
    public void A_lease_has_the_length_that_was_asked_for_and_starts_at_a_page(int length)
    {
        using BufferPool pool = new(16 << 20);
        using BufferLease lease = pool.Rent(length, CancellationToken.None);

        Assert.Equal(length, lease.Memory.Length);
        Assert.Equal(0, AddressOf(lease.Memory.Span) % Page);
        lease.Memory.Span.Fill(0xa5);
    }

    [Fact]
    public void A_length_beyond_the_limit_is_refused_with_both_numbers()
    {
        using BufferPool pool = new(4 * Page);

        BufferLimitException error = Assert.Throws<BufferLimitException>(() => pool.Rent(4 * Page + 1, CancellationToken.None));

        Assert.Equal(4 * Page + 1, error.Requested);
        Assert.Equal(4 * Page, error.Limit);
        Assert.Contains("16385", error.Message);
        Assert.Contains("16384", error.Message);
    }

    [Fact]
    public async Task A_renter_waits_until_the_limit_leaves_room()
    {
        using BufferPool pool = new(2 * Page);
        BufferLease first = pool.Rent(2 * Page, CancellationToken.None);

        Task<BufferLease> second = Task.Run(() => pool.Rent(Page, CancellationToken.None));
        Assert.NotSame(second, await Task.WhenAny(second, Task.Delay(50)));
        first.Dispose();

        using BufferLease lease = await second.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(Page, pool.Rented);
    }

    [Fact]
    public void A_wait_ends_when_it_is_cancelled()
    {
        using BufferPool pool = new(Page);
        using BufferLease first = pool.Rent(Page, CancellationToken.None);
        using CancellationTokenSource cancel = new(TimeSpan.FromMilliseconds(20));

        Assert.Throws<OperationCanceledException>(() => pool.Rent(Page, cancel.Token));
    }

    [Fact]
    public async Task Many_renters_of_all_sizes_never_pass_the_limit_and_all_get_their_turn()
    {
        const long Limit = 64 * Page;
        using BufferPool pool = new(Limit);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(seed => Task.Run(() =>
        {
            Random random = new(seed);
            for (int i = 0; i < 500; i++)
            {
                using BufferLease lease = pool.Rent(random.Next(1, 32 * Page), CancellationToken.None);
                Assert.InRange(pool.Rented, 1, Limit);
                byte mark = (byte)random.Next();
                lease.Memory.Span.Fill(mark);
                Assert.Equal(-1, lease.Memory.Span.IndexOfAnyExcept(mark));
            }
        }))).WaitAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(0, pool.Rented);
    }

    [Fact]
    public void A_lease_given_back_twice_counts_once()
    {
        using BufferPool pool = new(4 * Page);
        BufferLease lease = pool.Rent(Page, CancellationToken.None);

        lease.Dispose();
        lease.Dispose();

        Assert.Equal(0, pool.Rented);
    }

    private static unsafe long AddressOf(Span<byte> span)
    {
        fixed (byte* address = span)
        {
            return (long)address;
        }
    }
}
