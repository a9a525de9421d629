namespace NearData.Storage.Tests;

public sealed class BufferPoolTests
{
    private const int Page = BufferPool.Alignment;
    private const int HugePage = 2 << 20;

    [Theory]
    [InlineData(1)]
    [InlineData(Page)]
    [InlineData(Page + 1)]
    [InlineData(3_000_000)]
    public void A_lease_has_the_length_that_was_asked_for_and_starts_at_a_page(int length)
    {
        using BufferPool pool = new(16 << 20);
        using BufferLease lease = pool.TryRent(length)!;

        Assert.Equal(length, lease.Memory.Length);
        Assert.Equal(0, AddressOf(lease.Memory.Span) % Page);
        lease.Memory.Span.Fill(0xa5);
    }

    [Fact]
    public void A_length_beyond_the_limit_is_refused_with_both_numbers()
    {
        using BufferPool pool = new(4 * Page);

        BufferLimitException error = Assert.Throws<BufferLimitException>(() => pool.TryRent(4 * Page + 1));

        Assert.Equal(4 * Page + 1, error.Requested);
        Assert.Equal(4 * Page, error.Limit);
        Assert.Contains("16385", error.Message);
        Assert.Contains("16384", error.Message);
    }

    [Fact]
    public void What_the_limit_has_no_room_for_is_refused_until_something_comes_back()
    {
        using BufferPool pool = new(2 * Page);
        int returns = 0;
        pool.Returned += (_, _) => returns++;
        BufferLease first = pool.TryRent(Page + 1)!;

        Assert.Null(pool.TryRent(1));
        first.Dispose();

        Assert.Equal(1, returns);
        using BufferLease second = pool.TryRent(1)!;
        Assert.Equal(Page, pool.Rented);
    }

    [Fact]
    public void Of_several_buffers_all_are_rented_or_none()
    {
        using BufferPool pool = new(4 * Page);
        BufferLease[] leases = new BufferLease[2];
        using BufferLease first = pool.TryRent(2 * Page)!;

        Assert.False(pool.TryRent([Page, 2 * Page], leases));
        Assert.Equal(2 * Page, pool.Rented);
        Assert.True(pool.TryRent([Page, Page], leases));

        Assert.Equal(4 * Page, pool.Rented);
        Array.ForEach(leases, lease => lease.Dispose());
    }

    [Fact]
    public void Lengths_that_are_beyond_the_limit_together_are_refused_with_their_sum()
    {
        using BufferPool pool = new(4 * Page);

        BufferLimitException error = Assert.Throws<BufferLimitException>(() => pool.TryRent([3 * Page, 2 * Page], new BufferLease[2]));

        Assert.Equal(5 * Page, error.Requested);
    }

    [Fact]
    public void A_buffer_longer_than_a_slab_is_had_once_smaller_ones_came_back()
    {
        using BufferPool pool = new(100 << 20);
        BufferLease[] small = [.. Enumerable.Range(0, 100).Select(_ => pool.TryRent(1 << 20)!)];
        Assert.Null(pool.TryRent(90 << 20));
        Array.ForEach(small, lease => lease.Dispose());

        using BufferLease large = pool.TryRent(90 << 20)!;
        large.Memory.Span.Fill(1);

        Assert.Equal(90 << 20, pool.Rented);
    }

    [Fact]
    public void Reactors_have_slabs_of_their_own_while_there_is_room_and_each_others_after()
    {
        using BufferPool pool = new(4 << 20);
        BufferLease[] own = [pool.TryRent(1 << 20, home: 0)!, pool.TryRent(1 << 20, home: 1)!, pool.TryRent(1 << 20, home: 0)!];
        long[] addresses = [.. own.Select(lease => AddressOf(lease.Memory.Span))];

        Assert.Equal(1 << 20, addresses[2] - addresses[0]);
        Assert.NotEqual(addresses[0] / HugePage, addresses[1] / HugePage);
        using BufferLease third = pool.TryRent(1 << 20, home: 2)!;
        Assert.Equal(4 << 20, pool.Rented);
        Array.ForEach(own, lease => lease.Dispose());
    }

    [Fact]
    public void A_reactor_that_rents_little_has_a_slab_of_one_huge_page_and_twice_as_much_whenever_it_needs_more()
    {
        using BufferPool pool = new(1L << 30);
        List<BufferLease> leases = [];
        List<long> mapped = [];
        for (int i = 0; i < 48; i++)
        {
            leases.Add(pool.TryRent(1 << 20)!);
            mapped.Add(pool.Mapped >> 20);
        }

        Assert.Equal([2, 4, 8, 16, 32, 48], mapped.Distinct());
        leases.ForEach(lease => lease.Dispose());
    }

    [Fact]
    public void Buffers_that_are_rented_together_get_one_slab_for_all_of_them()
    {
        using BufferPool pool = new(1L << 30);
        BufferLease[] leases = new BufferLease[3];

        Assert.True(pool.TryRent([1_500_000, 1_500_000, 1_500_000], leases));

        Assert.Equal(3 * HugePage, pool.Mapped);
        Assert.True(AddressOf(leases[2].Memory.Span) - AddressOf(leases[0].Memory.Span) is > 0 and < 3 * HugePage);
        Array.ForEach(leases, lease => lease.Dispose());
    }

    [Fact]
    public void Buffers_that_fit_the_limit_but_not_the_slabs_left_over_from_others_are_had_when_those_came_back()
    {
        using BufferPool pool = new(16 << 20);
        BufferLease[] small = [.. Enumerable.Range(0, 8).Select(_ => pool.TryRent(1 << 20)!)];
        long[] lengths = [.. Enumerable.Repeat(1_500_000L, 10)];
        BufferLease[] leases = new BufferLease[lengths.Length];
        Assert.False(pool.TryRent(lengths, leases));
        Array.ForEach(small, lease => lease.Dispose());

        Assert.True(pool.TryRent(lengths, leases));

        Assert.Equal(16 << 20, pool.Mapped);
        Array.ForEach(leases, lease => lease.Dispose());
    }

    [Fact]
    public void An_idle_reactors_slabs_are_given_back_but_for_a_small_one_and_nobody_elses()
    {
        using BufferPool pool = new(1L << 30);
        BufferLease[] idle = [.. Enumerable.Range(0, 16).Select(_ => pool.TryRent(1 << 20, home: 1)!)];
        pool.TryRent(3 << 20, home: 0)!.Dispose();
        using BufferLease used = pool.TryRent(5 << 20, home: 1)!;
        used.Memory.Span.Fill(7);
        Array.ForEach(idle, lease => lease.Dispose());
        long before = pool.Mapped;

        Assert.True(pool.Trim(home: 1));

        // Of 2, 2, 4, 8 and 16 MiB the last is in use; the other reactor keeps its 4.
        Assert.Equal((36L << 20, 24L << 20), (before, pool.Mapped));
        Assert.False(pool.Trim(home: 1));
        Assert.Equal(-1, used.Memory.Span.IndexOfAnyExcept((byte)7));
    }

    [Fact]
    public async Task Many_renters_of_all_sizes_never_share_a_byte_and_never_pass_the_limit()
    {
        const long Limit = 64 * Page;
        using BufferPool pool = new(Limit);
        int refused = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(seed => Task.Run(() =>
        {
            Random random = new(seed);
            for (int i = 0; i < 500; i++)
            {
                using BufferLease? lease = pool.TryRent(random.Next(1, 32 * Page), seed);
                Assert.InRange(pool.Rented, 0, Limit);
                if (lease is null)
                {
                    Interlocked.Increment(ref refused);
                    continue;
                }

                byte mark = (byte)random.Next();
                lease.Memory.Span.Fill(mark);
                Assert.Equal(-1, lease.Memory.Span.IndexOfAnyExcept(mark));
            }
        }))).WaitAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(0, pool.Rented);
        Assert.InRange(refused, 0, 3900);
    }

    [Fact]
    public void A_lease_given_back_twice_counts_once()
    {
        using BufferPool pool = new(4 * Page);
        BufferLease lease = pool.TryRent(Page)!;

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
