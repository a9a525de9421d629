using NearData.Engine.Binding;
using NearData.Formats;

namespace NearData.Engine.Formats.Text;

/// <summary>A reader of a text file, and the fields of a program's row that its columns are parsed into. One thread.</summary>
internal sealed class BoundFields
{
    private readonly BoundField[] _fields;

    public BoundFields(string file, TextSchema schema, IReadOnlyList<FieldBinding> bindings)
    {
        int[] columns = [.. bindings.Select(binding => IndexOf(schema, binding.Column.Name))];
        Reader = RecordReader.Create(file, schema, columns);
        _fields = [.. bindings.Select((binding, i) => BoundField.Of(binding, columns[i]))];
    }

    public RecordReader Reader { get; }

    /// <summary>Starts a batch.</summary>
    public void Begin()
    {
        foreach (BoundField field in _fields)
        {
            field.Begin();
        }
    }

    public BoundField Of(int field)
    {
        foreach (BoundField bound in _fields)
        {
            if (bound.Field == field)
            {
                return bound;
            }
        }

        throw new ArgumentException($"Field {field} isn't bound.", nameof(field));
    }

    private static int IndexOf(TextSchema schema, string name)
    {
        for (int index = 0; index < schema.Columns.Length; index++)
        {
            if (string.Equals(schema.Columns[index].Name, name, StringComparison.Ordinal))
            {
                return index;
            }
        }

        throw new ArgumentException($"There is no column '{name}'.", nameof(name));
    }
}
