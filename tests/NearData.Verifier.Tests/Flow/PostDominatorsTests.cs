using NearData.Isa;
using NearData.Isa.Programs;
using NearData.TestSupport;
using NearData.Verifier.Flow;
using NearData.Verifier.Rejections;
using NearData.Verifier.Tests.Corpus;
using NearData.Verifier.Tests.Soundness;

namespace NearData.Verifier.Tests.Flow;

/// <summary>Order and meeting points of random programs, against what the words mean.</summary>
public sealed class PostDominatorsTests
{
    private const int Programs = 300;

    [Fact]
    public void Each_instruction_is_visited_once_after_all_that_lead_to_it()
    {
        foreach (Program program in Shuffled())
        {
            (ControlFlow flow, LoopOrder order) = Ordered(program);
            Assert.Empty(order.Loops);
            HashSet<int> visited = [];
            foreach (int slot in order.Slots)
            {
                Assert.True(visited.Add(slot));
                Assert.DoesNotContain(SuccessorsOf(flow, slot), visited.Contains);
            }
        }
    }

    [Fact]
    public void Random_loops_are_ordered_so_that_only_heads_are_gone_back_to()
    {
        int loops = 0;
        for (int seed = 0; seed < Programs; seed++)
        {
            Program program = RandomFlow(seed);
            (ControlFlow flow, LoopOrder order) = Ordered(program);
            loops += order.Loops.Length;
            foreach (int slot in order.Slots)
            {
                foreach (int next in SuccessorsOf(flow, slot).Where(next => next != flow.End && order.GoesBack(slot, next)))
                {
                    int place = order.Slots.IndexOf(slot);
                    Assert.Contains(order.Loops, loop => loop.Head == next && loop.First <= place && place < loop.Limit);
                }
            }
        }

        Assert.True(loops > Programs, $"only {loops} loops");
    }

    [Fact]
    public void Before_paths_go_back_they_have_come_through_where_they_meet()
    {
        for (int seed = 0; seed < Programs; seed++)
        {
            Program program = RandomFlow(seed);
            (ControlFlow flow, LoopOrder order) = Ordered(program);
            PostDominators meetings = new(flow, order);
            foreach (int slot in order.Slots)
            {
                int meeting = meetings[slot];
                Assert.False(meeting != flow.End && GetsPast(flow, order, slot, meeting), $"{slot} can get past {meeting}");
            }
        }
    }

    [Fact]
    public void Paths_meet_at_the_first_place_that_none_can_avoid()
    {
        foreach (Program program in Shuffled())
        {
            (ControlFlow flow, LoopOrder order) = Ordered(program);
            PostDominators meetings = new(flow, order);
            foreach (int slot in order.Slots)
            {
                int candidate = flow.Successors(slot).First;
                while (candidate != flow.End && CanReachEnd(flow, slot, avoided: candidate))
                {
                    candidate = flow.Successors(candidate).First;
                }

                Assert.Equal(candidate, meetings[slot]);
            }
        }
    }

    private static (ControlFlow Flow, LoopOrder Order) Ordered(Program program)
    {
        ControlFlow flow = new(program.Code, new ProgramFunction(program.Name, 0, program.Code.Length), 0);
        return (flow, LoopFinder.Find(flow, new RejectionSite(program)));
    }

    private static IEnumerable<int> SuccessorsOf(ControlFlow flow, int slot)
    {
        Successors successors = flow.Successors(slot);
        return Enumerable.Range(0, successors.Count).Select(index => successors[index]);
    }

    /// <summary>Any jumps at all.</summary>
    private static Program RandomFlow(int seed)
    {
        Random random = new(seed);
        int length = random.Next(3, 14);
        IEnumerable<Instruction> code = Enumerable.Range(0, length - 1).Select(slot => random.Next(3) switch
        {
            0 => Instruction.Goto((short)(random.Next(length) - slot - 1)),
            1 => Instruction.Jump64(JumpOperation.Equal, Register.R0, 0, (short)(random.Next(length) - slot - 1)),
            _ => Instruction.Alu64(AluOperation.Add, Register.R0, 1),
        });
        return Fixtures.Make(ProgramKind.Memory, $"flow {seed}", "exit") with { Code = [.. code, Instruction.Exit] };
    }

    /// <summary>Whether a path ends, or goes back, before it comes to a place (where going back to it is coming to it).</summary>
    private static bool GetsPast(ControlFlow flow, LoopOrder order, int from, int place)
    {
        Stack<int> open = new([from]);
        HashSet<int> seen = [];
        while (open.TryPop(out int slot))
        {
            foreach (int next in SuccessorsOf(flow, slot).Where(next => next != place))
            {
                if (next == flow.End || order.GoesBack(slot, next))
                {
                    return true;
                }

                if (seen.Add(next))
                {
                    open.Push(next);
                }
            }
        }

        return false;
    }

    private static IEnumerable<Program> Shuffled()
    {
        for (int seed = 0; seed < Programs; seed++)
        {
            Program program = ReductionGenerator.Make(seed);
            yield return program with { Code = BlockShuffle.Shuffle(program.Code, new Random(seed)) };
        }
    }

    private static bool CanReachEnd(ControlFlow flow, int from, int avoided)
    {
        Stack<int> open = new([from]);
        HashSet<int> seen = [avoided];
        while (open.TryPop(out int slot))
        {
            if (slot == flow.End)
            {
                return true;
            }

            if (seen.Add(slot))
            {
                foreach (int successor in SuccessorsOf(flow, slot))
                {
                    open.Push(successor);
                }
            }
        }

        return false;
    }
}
