using NearData.Isa;
using NearData.Isa.Programs;

namespace NearData.Vm.Ir;

/// <summary>
/// An order of a function's reachable instructions in which those of a loop stand together, behind what leads to them and before what
/// follows the loop (Bourdoncle, "Efficient chaotic iteration strategies with widenings", 1993): whoever takes waiting paths in it goes
/// round a loop until no path does, and has all of them together behind it.
/// </summary>
internal sealed class LoopFirstOrder
{
    private const int Unvisited = 0;
    private const int Finished = int.MaxValue;

    private readonly VerifiedProgram _verified;
    private readonly Dictionary<int, int> _numbers = [];
    private readonly Stack<int> _open = new();
    private readonly List<int> _reversed = [];
    private int _next;

    private LoopFirstOrder(VerifiedProgram verified) => _verified = verified;

    /// <summary>Each reachable slot's place, from the one that the function starts at.</summary>
    public static Dictionary<int, int> Of(VerifiedProgram verified, int start)
    {
        LoopFirstOrder order = new(verified);
        order.Visit(start, order._reversed);
        order._reversed.Reverse();
        return order._reversed.Select((slot, place) => (slot, place)).ToDictionary(entry => entry.slot, entry => entry.place);
    }

    /// <summary>Where an instruction leads, by what was proven.</summary>
    public static IEnumerable<int> Successors(VerifiedProgram verified, int slot)
    {
        Instruction instruction = verified.Program.Code[slot];
        if (instruction.IsExit)
        {
            yield break;
        }

        BranchWays ways = instruction.IsConditionalJump ? verified.Facts.Instructions[slot].Ways : BranchWays.Both;
        if ((instruction.IsConditionalJump && ways.HasFlag(BranchWays.Taken)) || instruction.IsUnconditionalJump)
        {
            yield return slot + 1 + instruction.JumpDistance;
        }

        if (!instruction.IsUnconditionalJump && ways.HasFlag(BranchWays.NotTaken))
        {
            yield return slot + (instruction.IsWide ? 2 : 1);
        }
    }

    // What is behind a slot is put into the list first: the list is the order backwards.
    private int Visit(int slot, List<int> list)
    {
        _open.Push(slot);
        int own = _numbers[slot] = ++_next;
        int head = own;
        bool isLoop = false;
        foreach (int successor in Successors(_verified, slot))
        {
            int lowest = _numbers.GetValueOrDefault(successor);
            lowest = lowest == Unvisited ? Visit(successor, list) : lowest;
            if (lowest <= head)
            {
                head = lowest;
                isLoop = true;
            }
        }

        if (head != own)
        {
            return head;
        }

        _numbers[slot] = Finished;
        int element = _open.Pop();
        if (isLoop)
        {
            for (; element != slot; element = _open.Pop())
            {
                _numbers[element] = Unvisited;
            }

            foreach (int successor in Successors(_verified, slot))
            {
                if (_numbers.GetValueOrDefault(successor) == Unvisited)
                {
                    Visit(successor, list);
                }
            }
        }

        list.Add(slot);
        return head;
    }
}
