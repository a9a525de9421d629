using System.Buffers.Binary;

namespace NearData.Storage.Tests;

/// <summary>What the cache keeps, what it lets go, and that it never gives other bytes than those it was given.</summary>
public sealed class BufferCacheTests : IDisposable
{
    private const int Page = BufferPool.Alignment;

    private static readonly FileVersion File = new(1, 2, 1 << 30, 3, 4);

    private readonly BufferPool _pool = new(1024 * Page);

    public void Dispose() => _pool.Dispose();

    [Fact]
    public void A_range_is_found_by_each_of_its_parts_until_it_is_released_and_after()
    {
        using BufferCache cache = new(_pool, 16 * Page);
        Add(cache, File, start: 0, Page, 0, 100).Release();

        CachedRange first = cache.Find(File, 0, 100)!;
        CachedRange second = cache.Find(File, 100, Page - 100)!;

        Assert.Same(first, second);
        Assert.Equal(Mark(0), Read(first, 0));
        first.Release();
        second.Release();
        Assert.Null(cache.Find(File, 200, 10));
        Assert.Equal(new CacheStatistics(Hits: 2, Misses: 1, HitBytes: Page, MissBytes: 10, Shared: 0, Evictions: 0, Bytes: Page), cache.Statistics);
    }

    [Fact]
    public void A_part_is_found_in_a_larger_one_that_starts_elsewhere()
    {
        using BufferCache cache = new(_pool, 16 * Page);
        Add(cache, File, start: 0, 4 * Page, 0).Release();

        Assert.Null(cache.Find(File, 2 * Page, Page));
        Assert.True(cache.Contains(File, 2 * Page, Page, within: 0));
        CachedRange found = cache.Find(File, 2 * Page, Page, within: 0)!;
        Assert.Equal(Page, found.Slice(2 * Page, Page).Length);
        Assert.Null(cache.Find(File, 3 * Page, 2 * Page, within: 0));
        found.Release();
    }

    [Fact]
    public void Of_two_that_start_at_the_same_place_the_larger_one_stays()
    {
        using BufferCache cache = new(_pool, 16 * Page);
        Add(cache, File, start: 0, Page, 0).Release();
        CachedRange used = cache.Find(File, 0, Page)!;

        Add(cache, File, start: 0, 4 * Page, 0, 2 * Page).Release();
        Add(cache, File, start: 0, 2 * Page, 0).Release();

        Assert.Equal(Mark(0), Read(used, 0));
        Assert.Equal(5 * Page, _pool.Rented);
        used.Release();
        Assert.Equal((4 * Page, 4 * Page), (_pool.Rented, cache.Statistics.Bytes));
        cache.Find(File, 0, 4 * Page)!.Release();
        cache.Find(File, 2 * Page, 2 * Page)!.Release();
    }

    [Fact]
    public void Another_version_of_a_file_is_another_file()
    {
        using BufferCache cache = new(_pool, 16 * Page);
        Add(cache, File, start: 0, Page, 0).Release();

        foreach (FileVersion other in new[]
        {
            File with { Device = 9 }, File with { Inode = 9 }, File with { Length = 9 }, File with { Modified = 9 }, File with { Changed = 9 },
        })
        {
            Assert.Null(cache.Find(other, 0, Page));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(Page)]
    public void What_may_not_be_kept_is_there_for_its_reader_only(long capacity)
    {
        using BufferCache cache = new(_pool, capacity);
        CachedRange range = Add(cache, capacity == 0 ? File : null, start: 0, Page, 0);
        Assert.Equal(Mark(0), Read(range, 0));

        range.Release();

        Assert.Null(cache.Find(File, 0, Page));
        Assert.Equal(0, _pool.Rented);
    }

    [Fact]
    public void Memory_of_a_range_that_is_in_use_stays_until_its_last_use_ends()
    {
        using BufferCache cache = new(_pool, 4 * Page);
        CachedRange used = Add(cache, File, start: 0, Page, 0);
        for (int i = 1; i < 20; i++)
        {
            Add(cache, File, i * Page, Page, i * Page).Release();
        }

        Assert.Equal(Mark(0), Read(used, 0));
        used.Release();
        cache.Dispose();
        Assert.Equal(0, _pool.Rented);
    }

    [Fact]
    public void Who_rents_goes_before_what_nobody_uses()
    {
        using BufferCache cache = new(_pool, 1024 * Page);
        for (int i = 0; i < 1024; i++)
        {
            Add(cache, File, i * Page, Page, i * Page).Release();
        }

        BufferLease[] leases = new BufferLease[2];
        Assert.True(cache.TryRent([1000 * Page, 24 * Page], leases));
        Assert.Equal(0, cache.Statistics.Bytes);
        Array.ForEach(leases, lease => lease.Dispose());
    }

    [Fact]
    public void Ranges_in_use_make_no_room()
    {
        using BufferPool pool = new(4 * Page);
        using BufferCache cache = new(pool, 4 * Page);
        CachedRange[] used = [.. Enumerable.Range(0, 3).Select(i => Add(pool, cache, File, i * Page, Page, i * Page))];

        Assert.False(cache.TryRent([2 * Page], new BufferLease[1]));
        used[1].Release();
        used[2].Release();

        BufferLease[] lease = new BufferLease[1];
        Assert.True(cache.TryRent([2 * Page], lease));
        lease[0].Dispose();
        used[0].Release();
    }

    /// <summary>LRU and FIFO would have no hit at all.</summary>
    [Fact]
    public void A_table_larger_than_the_cache_that_is_scanned_again_and_again_is_found_in_part()
    {
        using BufferCache cache = new(_pool, 100 * Page);
        Scan(cache, File, 120);
        Scan(cache, File, 120);
        long before = cache.Statistics.Hits;

        Scan(cache, File, 120);

        Assert.InRange(cache.Statistics.Hits - before, 85, 100);
        Assert.InRange(cache.Statistics.Bytes, 1, 100 * Page);
    }

    [Fact]
    public void A_scan_that_comes_once_leaves_what_is_used_often()
    {
        using BufferCache cache = new(_pool, 100 * Page);
        Scan(cache, File, 80);
        Scan(cache, File, 80);
        Scan(cache, File with { Inode = 77 }, 1000);
        long before = cache.Statistics.Hits;

        Scan(cache, File, 80);

        Assert.Equal(80, cache.Statistics.Hits - before);
    }

    [Fact]
    public void What_is_used_now_takes_the_place_of_what_was_used_often_once()
    {
        using BufferCache cache = new(_pool, 100 * Page);
        for (int i = 0; i < 20; i++)
        {
            Scan(cache, File, 90);
        }

        FileVersion other = File with { Inode = 77 };
        for (int i = 0; i < 4; i++)
        {
            Scan(cache, other, 60);
        }

        long before = cache.Statistics.Hits;
        Scan(cache, other, 60);

        Assert.InRange(cache.Statistics.Hits - before, 50, 60);
    }

    [Fact]
    public async Task Many_threads_find_what_was_put_in_and_nothing_else()
    {
        using BufferPool pool = new(64 * Page);
        using BufferCache cache = new(pool, 48 * Page);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(seed => Task.Run(() =>
        {
            Random random = new(seed);
            BufferLease[] lease = new BufferLease[1];
            for (int i = 0; i < 20_000; i++)
            {
                // Skewed, so that some ranges become hot and many go.
                long start = (long)(Math.Pow(random.NextDouble(), 3) * 200) * 4 * Page;
                int length = (int)(1 + start / Page / 4 % 3) * Page;
                CachedRange? range = cache.Find(File, start, length);
                if (range is null)
                {
                    if (!cache.TryRent([length], lease, seed))
                    {
                        continue;
                    }

                    BinaryPrimitives.WriteInt64LittleEndian(lease[0].Memory.Span, Mark(start));
                    range = cache.Add(File, start, lease[0], [start]);
                }

                Assert.Equal(Mark(start), Read(range, start));
                range.Release();
            }
        }))).WaitAsync(TimeSpan.FromMinutes(1));

        CacheStatistics statistics = cache.Statistics;
        Assert.InRange(statistics.Bytes, 1, 48 * Page);
        Assert.Equal(statistics.Bytes, pool.Rented);
        Assert.True(statistics.Hits > statistics.Misses / 4, statistics.ToString());
        cache.Dispose();
        Assert.Equal(0, pool.Rented);
    }

    private static long Mark(long start) => start * 31 + 7;

    private static long Read(CachedRange range, long start) => BinaryPrimitives.ReadInt64LittleEndian(range.Slice(start, 8).Span);

    private static CachedRange Add(BufferPool pool, BufferCache cache, FileVersion? file, long start, int length, params long[] parts)
    {
        BufferLease lease = pool.TryRent(length)!;
        BinaryPrimitives.WriteInt64LittleEndian(lease.Memory.Span, Mark(start));
        return cache.Add(file, start, lease, parts);
    }

    private CachedRange Add(BufferCache cache, FileVersion? file, long start, int length, params long[] parts) =>
        Add(_pool, cache, file, start, length, parts);

    private void Scan(BufferCache cache, FileVersion file, int pages)
    {
        for (long start = 0; start < pages * Page; start += Page)
        {
            CachedRange range = cache.Find(file, start, Page) ?? Add(cache, file, start, Page, start);
            Assert.Equal(Mark(start), Read(range, start));
            range.Release();
        }
    }
}
