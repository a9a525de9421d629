using NearData.Isa;

namespace NearData.Vm.Interpretation;

/// <summary><c>bpf_loop</c>: callback(index, context) for each index below a number.</summary>
internal sealed class CountedLoop : CallbackLoop
{
    private readonly uint _times;
    private readonly ulong _context;

    public CountedLoop(int function, uint times, ulong context)
        : base(function)
    {
        _times = times;
        _context = context;
    }

    public override bool Next(Span<ulong> registers, int frame)
    {
        if (Calls == _times)
        {
            return false;
        }

        registers[Register.R1] = Calls++;
        registers[Register.R2] = _context;
        return true;
    }
}
