using System.Collections.Immutable;
using NearData.Isa.Forms;
using NearData.Isa.Programs;

namespace NearData.Isa.Text;

/// <summary>Reads the operands of one line of assembly.</summary>
internal sealed class OperandReader(LineCursor cursor, ImmutableArray<MapDefinition> maps)
{
    /// <summary>Takes an operand into the field that it stands for.</summary>
    public bool TryTake(Operand operand, ref FieldValues values) => operand switch
    {
        Operand.Destination => TryTakeDestination('r', ref values),
        Operand.Destination32 => TryTakeDestination('w', ref values),
        Operand.Source => TryTakeSource('r', ref values),
        Operand.Source32 => TryTakeSource('w', ref values),
        Operand.Displacement => TryTakeDisplacement(short.MinValue, short.MaxValue, out Int128 number)
            && Set(values with { Offset = (short)number }, out values),
        Operand.Distance => cursor.IsAtName
            ? TryTakeLabel(ref values)
            : cursor.TryTakeNumber(short.MinValue, short.MaxValue, out Int128 number)
                && Set(values with { Offset = (short)number }, out values),
        Operand.Number => cursor.TryTakeNumber(int.MinValue, int.MaxValue, out Int128 number)
            && SetImmediate(number, ref values),
        Operand.Number32 => cursor.TryTakeNumber(int.MinValue, uint.MaxValue, out Int128 number)
            && SetImmediate(number, ref values),
        Operand.FarDistance => cursor.IsAtName
            ? TryTakeLabel(ref values)
            : cursor.TryTakeNumber(int.MinValue, int.MaxValue, out Int128 number) && SetImmediate(number, ref values),
        Operand.Label => TryTakeLabel(ref values),
        Operand.Index => TryTakeDisplacement(int.MinValue, int.MaxValue, out Int128 number)
            && SetImmediate(number, ref values),
        Operand.Map => TryTakeMap(out Int128 map) && SetImmediate(map, ref values),
        Operand.WideNumber => cursor.TryTakeNumber(long.MinValue, ulong.MaxValue, out Int128 number)
            && Set(values with { Immediate = Low(number), SecondImmediate = Low(number >> 32) }, out values),
        Operand.ValueOffset => TryTakeDisplacement(int.MinValue, int.MaxValue, out Int128 number)
            && Set(values with { SecondImmediate = (int)number }, out values),
        _ => throw new ArgumentOutOfRangeException(nameof(operand), operand, "is not known."),
    };

    private static bool SetImmediate(Int128 number, ref FieldValues values) =>
        Set(values with { Immediate = Low(number) }, out values);

    /// <summary>Always true: what was taken is in its field.</summary>
    private static bool Set(FieldValues changed, out FieldValues values)
    {
        values = changed;
        return true;
    }

    private static int Low(Int128 number) => unchecked((int)number);

    private bool TryTakeDestination(char kind, ref FieldValues values) =>
        TryTakeRegister(kind, values.Destination, out Register register)
        && Set(values with { Destination = register }, out values);

    private bool TryTakeSource(char kind, ref FieldValues values) =>
        TryTakeRegister(kind, values.Source, out Register register)
        && Set(values with { Source = register }, out values);

    /// <summary>A register that the text names twice is the same both times.</summary>
    private bool TryTakeRegister(char kind, Register? before, out Register register)
    {
        if (before is { } same)
        {
            register = same;
            return cursor.TryTake($"{kind}{same.Number}");
        }

        return cursor.TryTakeRegister(kind, out register);
    }

    /// <summary>A number behind its sign; none at all is 0.</summary>
    private bool TryTakeDisplacement(Int128 least, Int128 most, out Int128 number)
    {
        number = 0;
        return !cursor.IsAtSign || cursor.TryTakeNumber(least, most, out number);
    }

    private bool TryTakeLabel(ref FieldValues values) =>
        cursor.TryTakeName("a label", out string name) && Set(values with { Label = name }, out values);

    private bool TryTakeMap(out Int128 map)
    {
        if (!cursor.IsAtName)
        {
            return cursor.TryTakeNumber(0, int.MaxValue, out map);
        }

        int start = cursor.Position;
        cursor.TryTakeName("a map", out string name);
        for (map = 0; !maps.IsDefault && map < maps.Length; map++)
        {
            if (maps[(int)map].Name == name)
            {
                return true;
            }
        }

        cursor.Position = start;
        return cursor.Fail("the name of one of the program's maps");
    }
}
