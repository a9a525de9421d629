using NearData.Isa.Programs;
using NearData.Verifier.States;
using NearData.Verifier.Surroundings;
using NearData.Verifier.Values;

namespace NearData.Verifier.Explanations;

/// <summary>What to name, where fields of rows, contexts and results are touched in another way than they are declared.</summary>
internal static class FieldHints
{
    public static string? NoSuchField(HintSubject subject) => subject.Program.Context switch
    {
        ProgramContext.Row row => $"struct {row.Layout.Name} has {string.Join(", ", row.Layout.Fields.Select(field => field.Name))}; load each by its name, whole or a part of one",
        ProgramContext.Fields { Layout: var layout } => Near(layout, subject) is { } field
            ? $"struct {layout.Name} has {field.Name} there, {field.Size} bytes at {field.Offset}; load or store it by its name, as it is declared"
            : $"use a field of struct {layout.Name} that a {subject.Program.Kind} program sees: {string.Join(", ", layout.Fields.Select(known => known.Name))}",
        _ => null,
    };

    public static string? Results(HintSubject subject) => subject.Program.Kind is not (ProgramKind.Reduce or ProgramKind.Buffer)
        ? "only programs in `SEC(\"reduce\")` may look at results"
        : $"name one result at a time, whole: {string.Join(", ", subject.Program.Results.Select(field => field.Name))}";

    public static string? Update(HintSubject subject)
    {
        if (Field(subject) is not { } field)
        {
            return null;
        }

        string name = $"result.{field.Name}";
        string rule = field.Merge switch
        {
            MergeRule.Sum => $"`{name} += e`",
            MergeRule.Or => $"`{name} |= e`",
            MergeRule.And => $"`{name} &= e`",
            MergeRule.Min => $"`if (e < {name}) {name} = e;`",
            _ => $"`if (e > {name}) {name} = e;`",
        };
        return $"{field.Name} is declared {field.Merge}: change it by {rule} only, where e is computed from the record and parameters";
    }

    private static ContextField? Near(ContextLayout layout, HintSubject subject)
    {
        if (subject.Value is not Value.Pointer { Offset.IsConstant: true } pointer || subject.IsCall)
        {
            return null;
        }

        long at = (long)pointer.Offset.Number + subject.Instruction.Offset;
        return layout.Fields.FirstOrDefault(field => field.Offset < at + subject.Size && at < field.Offset + field.Size);
    }

    private static ResultField? Field(HintSubject subject)
    {
        if (subject.State is not { } state || Place.Of(subject.Instruction, state) is not { ConstantOffset: { } offset })
        {
            return null;
        }

        return subject.Program.Results.FirstOrDefault(field => field.Offset <= offset && offset < field.Offset + field.Type.Size());
    }
}
