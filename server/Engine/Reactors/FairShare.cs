namespace NearData.Engine.Reactors;

/// <summary>
/// Whose turn it is: start-time fair queuing (Goyal, Vin and Cheng, SIGCOMM 1996). Each tenant has a clock of its own, which runs by what its
/// jobs use, divided by its weight; the tenant whose clock is behind goes next. One that had nothing to do starts at the clock of the one
/// that was served last: waiting earns no claim. A tenant's jobs go in turn. One thread.
/// </summary>
internal sealed class FairShare
{
    private readonly List<Lane> _lanes = [];
    private double _now;

    public void Add(ReactorJob job)
    {
        Lane? lane = _lanes.Find(lane => string.Equals(lane.Tenant.Name, job.Tenant.Name, StringComparison.Ordinal));
        if (lane is null)
        {
            _lanes.Add(lane = new Lane(job.Tenant) { Clock = _now });
        }

        lane.Jobs.Add(job);
    }

    public void Remove(ReactorJob job)
    {
        Lane lane = LaneOf(job);
        lane.Jobs.Remove(job);
        if (lane.Jobs.Count == 0)
        {
            _lanes.Remove(lane);
        }
    }

    /// <summary>The job that goes next, of those that a condition holds for; null without one.</summary>
    public ReactorJob? Next(Func<ReactorJob, bool> wants)
    {
        Lane? first = null;
        ReactorJob? next = null;
        foreach (Lane lane in _lanes)
        {
            ReactorJob? job = lane.Next(wants);
            if (job is not null && !lane.IsWaiting)
            {
                lane.Clock = Math.Max(lane.Clock, _now);
            }

            lane.IsWaiting = job is not null;
            if (job is not null && (first is null || lane.Clock < first.Clock))
            {
                (first, next) = (lane, job);
            }
        }

        _now = first?.Clock ?? _now;
        return next;
    }

    /// <summary>Says what a job used of what is shared, in any unit that is the same for all.</summary>
    public void Charge(ReactorJob job, long used)
    {
        Lane lane = LaneOf(job);
        lane.Clock += used / lane.Tenant.Weight;
        lane.Last = job;
    }

    private Lane LaneOf(ReactorJob job)
    {
        foreach (Lane lane in _lanes)
        {
            if (lane.Jobs.Contains(job))
            {
                return lane;
            }
        }

        throw new ArgumentException("The job was not added.", nameof(job));
    }

    private sealed class Lane(Tenant tenant)
    {
        public Tenant Tenant { get; } = tenant;

        public List<ReactorJob> Jobs { get; } = [];

        /// <summary>What its jobs used, by weight.</summary>
        public double Clock { get; set; }

        /// <summary>Whether it had something to do the last time that was asked.</summary>
        public bool IsWaiting { get; set; }

        /// <summary>The job that was served last.</summary>
        public ReactorJob? Last { get; set; }

        public ReactorJob? Next(Func<ReactorJob, bool> wants)
        {
            int start = Last is null ? 0 : Jobs.IndexOf(Last) + 1;
            for (int i = 0; i < Jobs.Count; i++)
            {
                ReactorJob job = Jobs[(start + i) % Jobs.Count];
                if (wants(job))
                {
                    return job;
                }
            }

            return null;
        }
    }
}
