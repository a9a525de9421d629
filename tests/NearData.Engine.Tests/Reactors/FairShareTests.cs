using NearData.Engine.Reactors;

namespace NearData.Engine.Tests.Reactors;

/// <summary>Shares come out in proportion to weights, whatever the jobs' sizes, and nobody saves up.</summary>
public sealed class FairShareTests
{
    private readonly FairShare _share = new();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 1)]
    [InlineData(0.25, 2)]
    public void Tenants_that_always_want_more_get_shares_by_their_weights(double one, double other)
    {
        IdleJob[] jobs = [Add("one", one), Add("other", other)];
        Random random = new(4);
        Dictionary<ReactorJob, long> used = jobs.ToDictionary(job => (ReactorJob)job, _ => 0L);
        for (int i = 0; i < 10_000; i++)
        {
            ReactorJob next = _share.Next(_ => true)!;
            long use = random.Next(1, next == jobs[0] ? 100 : 1000);
            used[next] += use;
            _share.Charge(next, use);
        }

        Assert.InRange(used[jobs[0]] / (double)used[jobs[1]], one / other * 0.97, one / other * 1.03);
    }

    [Fact]
    public void A_tenant_with_many_jobs_gets_no_more_than_one_with_a_single_job()
    {
        IdleJob alone = Add("alone", 1);
        IdleJob[] many = [.. Enumerable.Range(0, 9).Select(_ => Add("many", 1))];
        int[] turns = new int[10];
        for (int i = 0; i < 1800; i++)
        {
            ReactorJob next = _share.Next(_ => true)!;
            turns[1 + Array.IndexOf(many, next)]++;
            _share.Charge(next, 10);
        }

        Assert.InRange(turns[0], 899, 901);
        Assert.All(turns[1..], count => Assert.InRange(count, 99, 101));
        Assert.Equal(900, turns[1..].Sum() + turns[0] - 900);
        Assert.NotNull(alone);
    }

    [Fact]
    public void Waiting_earns_no_claim()
    {
        IdleJob sleeper = Add("sleeper", 1);
        IdleJob busy = Add("busy", 1);
        for (int i = 0; i < 1000; i++)
        {
            Assert.Same(busy, _share.Next(job => job == busy));
            _share.Charge(busy, 10);
        }

        int sleepers = 0;
        for (int i = 0; i < 100; i++)
        {
            ReactorJob next = _share.Next(_ => true)!;
            sleepers += next == sleeper ? 1 : 0;
            _share.Charge(next, 10);
        }

        Assert.InRange(sleepers, 49, 51);
    }

    [Fact]
    public void A_tenant_that_comes_later_starts_at_the_others_clock()
    {
        IdleJob first = Add("first", 1);
        for (int i = 0; i < 1000; i++)
        {
            _share.Charge(_share.Next(_ => true)!, 10);
        }

        IdleJob second = Add("second", 1);
        HashSet<ReactorJob> served = [];
        for (int i = 0; i < 4; i++)
        {
            ReactorJob next = _share.Next(_ => true)!;
            served.Add(next);
            _share.Charge(next, 10);
        }

        Assert.Equal(2, served.Count);
        _share.Remove(first);
        Assert.Same(second, _share.Next(_ => true));
        _share.Remove(second);
        Assert.Null(_share.Next(_ => true));
    }

    private IdleJob Add(string tenant, double weight)
    {
        IdleJob job = new(new Tenant(tenant, weight));
        _share.Add(job);
        return job;
    }

    private sealed class IdleJob(Tenant tenant) : TestJob(tenant);
}
