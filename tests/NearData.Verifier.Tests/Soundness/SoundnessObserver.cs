using System.Collections.Immutable;
using NearData.Isa;
using NearData.Isa.Helpers;
using NearData.Isa.Programs;
using NearData.Verifier.States;
using NearData.Verifier.Surroundings;
using NearData.Verifier.Values;
using NearData.Vm;
using NearData.Vm.Interpretation;

namespace NearData.Verifier.Tests.Soundness;

/// <summary>
/// Watches runs of a verified program: each moment must lie in a state that the verifier had at the instruction, and what it says may
/// not be read is made random, so that a read of it shows as another answer than compiled code's.
/// </summary>
internal sealed class SoundnessObserver
{
    private readonly Program _program;
    private readonly ProgramFacts _facts;
    private readonly RecordedStates _states;
    private readonly ImmutableArray<int> _unusable;
    private readonly TermValues _terms = new();
    private readonly int[] _likely;

    // Where helpers gave memory of slices in this run, and how much was asked for.
    private readonly List<(ulong Start, ulong Length)> _given = [];
    private ulong _asked;
    private Random _random = new(0);
    private int _frames;
    private bool _hasEnded;

    public SoundnessObserver(VerifiedProgram verified, RecordedStates states)
    {
        _program = verified.Program;
        _facts = verified.Facts;
        _states = states;
        _unusable = states.UnusableRegisters();
        _likely = new int[_program.Code.Length];
    }

    /// <summary>Moments that were looked at.</summary>
    public long Moments { get; private set; }

    /// <summary>To be called before each run.</summary>
    public void Start(int seed)
    {
        (_random, _frames, _hasEnded, _asked) = (new Random(seed), 0, false, 0);
        _given.Clear();
    }

    public void Look(int slot, Span<ulong> registers, CallStack stack, AddressSpace memory)
    {
        Moments++;
        FollowSlices(_program.Code[slot], registers);

        // A helper may call a function again right after it ended.
        bool isNewFrame = stack.Frames > _frames || (_hasEnded && stack.Frames == _frames);
        _frames = stack.Frames;
        if (isNewFrame)
        {
            _random.NextBytes(stack.Bytes.AsSpan((stack.Frames - 1) * CallStack.FrameSize, CallStack.FrameSize));
        }

        for (int register = 0; register < Register.Count - 1; register++)
        {
            if ((_unusable[slot] & (1 << register)) != 0)
            {
                registers[register] = (ulong)_random.NextInt64();
            }
        }

        CheckMembership(slot, new Moment(registers, stack, memory, _terms));
        CheckAccess(slot, registers, stack);
        CheckSlice(slot, registers);
        _hasEnded = _program.Code[slot].IsExit;
    }

    private void CheckMembership(int slot, Moment moment)
    {
        IReadOnlyList<MachineState> states = _states.At(slot);
        Assert.True(states.Count > 0, $"{_program.Name}, instruction {slot} runs, which was proven never to");
        string? contradiction = null;
        for (int tried = 0; tried < states.Count; tried++)
        {
            int index = (_likely[slot] + tried) % states.Count;
            string? found = moment.Contradiction(states[index]);
            if (found is null)
            {
                _likely[slot] = index;
                return;
            }

            contradiction ??= found;
        }

        Assert.Fail($"{_program.Name}, instruction {slot} of {_program.Code.Length}: {contradiction}; none of {states.Count} states holds");
    }

    /// <summary>Keeps in mind what memory the call before gave, and what this one asks for.</summary>
    private void FollowSlices(Instruction instruction, ReadOnlySpan<ulong> registers)
    {
        if (_asked > 0 && registers[Register.R0] != 0)
        {
            _given.Add((registers[Register.R0], _asked));
        }

        bool calls = instruction.IsCall && (CallKind)instruction.Source.Number == CallKind.Helper;
        _asked = calls && HelperTable.Find(instruction.Immediate) is { Returns: ReturnKind.SliceMemoryOrNull or ReturnKind.ReadOnlySliceMemoryOrNull } helper
            ? registers[HelperArguments.RegisterOf(helper.Arguments.IndexOf(ArgumentKind.ConstantSize))]
            : 0;
    }

    /// <summary>Of a slice nothing is touched but what was asked for, though more memory may be there.</summary>
    private void CheckSlice(int slot, ReadOnlySpan<ulong> registers)
    {
        Instruction instruction = _program.Code[slot];
        if (!instruction.Opcode.IsMemory || instruction.Opcode.Class == InstructionClass.Load || _states.At(slot)[_likely[slot]][instruction.AddressRegister] is not Value.Pointer { Region.Kind: RegionKind.Slice })
        {
            return;
        }

        ulong first = registers[instruction.AddressRegister] + (ulong)instruction.Offset;
        ulong limit = first + (ulong)instruction.Opcode.Size.Bytes();
        Assert.True(
            _given.Exists(memory => memory.Start <= first && limit <= memory.Start + memory.Length),
            $"{_program.Name}, instruction {slot} touches {new Address(first)}, which no slice gave");
    }

    /// <summary>What is touched is what the facts say, which compiled code relies on.</summary>
    private void CheckAccess(int slot, ReadOnlySpan<ulong> registers, CallStack stack)
    {
        Instruction instruction = _program.Code[slot];
        MemoryAccess access = _facts.Instructions[slot].Access;
        if (access.Target == AccessTarget.None)
        {
            return;
        }

        Address seen = new(registers[instruction.AddressRegister] + (ulong)instruction.Offset);
        (int region, int start) = access.Target switch
        {
            AccessTarget.Stack => (Address.FirstFrame + stack.Frames - 1, CallStack.FrameSize),
            AccessTarget.MapValue => (Address.FirstValues + access.Index, 0),
            AccessTarget.Memory => (Address.Context, 0),
            _ => (seen.Region, (int)seen.Offset - (access.Offset ?? 0)),
        };
        bool isThere = seen.Region == region && (access.Offset is not { } offset || seen.Offset == start + offset || access.Target == AccessTarget.MapValue);
        Assert.True(isThere, $"{_program.Name}, instruction {slot} touches {seen}, not {access}");
    }
}
