using NearData.Isa.Programs;
using NearData.TestSupport;
using NearData.Verifier.Flow;
using NearData.Verifier.Rejections;
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
            ControlFlow flow = new(program.Code);
            HashSet<int> visited = [];
            foreach (int slot in VisitOrder.Find(flow, new RejectionSite(program)))
            {
                Assert.True(visited.Add(slot));
                Assert.DoesNotContain(flow.Successors(slot), visited.Contains);
            }

            Assert.Equal(program.Code.Length - program.Code.Count(instruction => instruction.IsWide), visited.Count);
        }
    }

    [Fact]
    public void Paths_meet_at_the_first_place_that_none_can_avoid()
    {
        foreach (Program program in Shuffled())
        {
            ControlFlow flow = new(program.Code);
            PostDominators meetings = new(flow, VisitOrder.Find(flow, new RejectionSite(program)));
            for (int slot = 0; slot < flow.End; slot = flow.Next(slot))
            {
                int candidate = flow.Successors(slot)[0];
                while (candidate != flow.End && CanReachEnd(flow, slot, avoided: candidate))
                {
                    candidate = flow.Successors(candidate)[0];
                }

                Assert.Equal(candidate, meetings[slot]);
            }
        }
    }

    private static IEnumerable<Program> Shuffled()
    {
        for (int seed = 0; seed < Programs; seed++)
        {
            Program program = MemoryProgramGenerator.Make(seed);
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
                foreach (int successor in flow.Successors(slot))
                {
                    open.Push(successor);
                }
            }
        }

        return false;
    }
}
