using System.Collections.Immutable;
using NearData.Isa.Programs;
using NearData.Vm.Compilation;

namespace NearData.Vm.Ir;

/// <summary>The straight form as text (docs/ir.md): a line for each value, then what is done with them.</summary>
internal sealed class IrText
{
    private readonly StraightProgram _straight;
    private readonly Dictionary<IrNode, string> _names = [];

    private IrText(StraightProgram straight)
    {
        _straight = straight;
        foreach (IrNode node in straight.Nodes)
        {
            _names[node] = NameOf(node);
        }
    }

    public static ImmutableArray<string> Of(StraightProgram straight)
    {
        IrText text = new(straight);
        IEnumerable<string> values = straight.Nodes.Where(node => !IsInline(node)).Select(text.Line);
        IEnumerable<string> updates = straight.Updates.Select(text.Line);
        return [.. values, .. straight.Keeps is { } keeps ? [$"keep where {text._names[keeps]}"] : Array.Empty<string>(),
            .. straight.Group is { } group ? [text.Line(group)] : Array.Empty<string>(), .. updates];
    }

    private static bool IsInline(IrNode node) =>
        node.Operation is IrOperation.Constant or IrOperation.True or IrOperation.False or IrOperation.Not;

    private string NameOf(IrNode node) => node.Operation switch
    {
        IrOperation.Constant => $"{node.Number}",
        IrOperation.True => "true",
        IrOperation.False => "false",
        IrOperation.Not => $"!{_names[node.First!]}",
        _ => $"%{_names.Count(entry => !IsInline(entry.Key))}",
    };

    private string Line(IrNode node)
    {
        string text = $"{_names[node]} = {Text(node)}";
        return node.IsTruth || node.Range == NumberRange.Any ? text : $"{text,-48} ; {node.Range}";
    }

    private string Line(IrGroup group)
    {
        IEnumerable<string> parts = group.Key.Select(part => part.TextField is { } field
            ? $"text{part.Size} {_straight.Program.Row.Fields[field].Name}"
            : $"u{part.Size * 8} {_names[part.Value]}");
        return $"group {_straight.Program.Maps[group.Map].Name} [{string.Join(", ", parts)}]{Where(group.Condition)}";
    }

    private string Line(IrUpdate update)
    {
        ResultField field = _straight.Fields[update.Result];
        string change = field.Merge switch
        {
            MergeRule.Sum => "sum +=",
            MergeRule.Min => "min=",
            MergeRule.Max => "max=",
            MergeRule.Or => "|=",
            _ => "&=",
        };
        return $"{field.Name} {change} {_names[update.Value]}{Where(update.Condition)}";
    }

    private string Where(IrNode condition) => condition.Operation == IrOperation.True ? "" : $" where {_names[condition]}";

    private string Text(IrNode node) => node.Operation switch
    {
        IrOperation.Column or IrOperation.Parameter => Text(node.Part),
        IrOperation.ZeroExtend or IrOperation.SignExtend or IrOperation.SwapBytes => $"{Word(node.Operation)}{node.Number} {_names[node.First!]}",
        IrOperation.DoubleFromSigned => $"f64 {_names[node.First!]}",
        IrOperation.Within => $"{_names[node.First!]} in [{_names[node.Second!]} .. {_names[node.Third!]})",
        IrOperation.Select => $"{_names[node.First!]} ? {_names[node.Second!]} : {_names[node.Third!]}",
        _ => $"{_names[node.First!]} {Word(node.Operation)} {_names[node.Second!]}",
    };

    private string Text(LoadedPart part)
    {
        string type = $"{(part.Sign == NumberSign.Signed ? 's' : 'u')}{part.Size * 8}";
        RowField? field = part.Target == AccessTarget.MapValue ? null : _straight.Program.Row.Fields[part.Index];
        string place = part.Offset == 0 ? "" : $" + {part.Offset}";
        return part.Target switch
        {
            AccessTarget.MapValue => $"constant {type} {_straight.Program.Maps[part.Index].Name} + {part.Offset}",
            AccessTarget.FieldValidity => $"validity {field!.Name}",
            _ => $"column {type} {field!.Name}{place}",
        };
    }

    private static string Word(IrOperation operation) => operation switch
    {
        IrOperation.Add => "+",
        IrOperation.Subtract => "-",
        IrOperation.Multiply => "*",
        IrOperation.And or IrOperation.Both => "&",
        IrOperation.Or => "|",
        IrOperation.Xor => "^",
        IrOperation.ShiftLeft => "<<",
        IrOperation.ShiftRight => ">>",
        IrOperation.SignedShiftRight => "s>>",
        IrOperation.Divide => "/",
        IrOperation.SignedDivide => "s/",
        IrOperation.Modulo => "%",
        IrOperation.SignedModulo => "s%",
        IrOperation.Equal => "==",
        IrOperation.Less => "<",
        IrOperation.SignedLess => "s<",
        IrOperation.DoubleAdd => "f64+",
        IrOperation.DoubleSubtract => "f64-",
        IrOperation.DoubleMultiply => "f64*",
        IrOperation.DoubleDivide => "f64/",
        IrOperation.DoubleEqual => "f64==",
        IrOperation.DoubleLess => "f64<",
        IrOperation.DoubleLessOrEqual => "f64<=",
        IrOperation.ZeroExtend => "zext",
        IrOperation.SignExtend => "sext",
        IrOperation.SwapBytes => "swap",
        _ => operation.ToString(),
    };
}
