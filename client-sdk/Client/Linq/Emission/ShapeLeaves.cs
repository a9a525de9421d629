using NearData.Client.Linq.Ir;

namespace NearData.Client.Linq.Emission;

/// <summary>The columns, parameters and lookups that a stage's code loads: its row has no others.</summary>
internal sealed class ShapeLeaves
{
    private readonly SortedDictionary<int, RowColumn> _columns = [];
    private readonly List<Parameter> _parameters = [];
    private readonly List<TextParameter> _texts = [];
    private readonly List<Lookup> _lookups = [];

    public ShapeLeaves(StageShape shape)
    {
        Visit(shape.Filter);
        foreach (JoinStep step in shape.Joins.Steps)
        {
            Visit(step.Before);
            Visit(step.Lookup);
        }

        Visit(shape.Joins.After);
        if (shape is GroupShape groups)
        {
            Visit(groups);
        }
        else if (shape is QueryShape { Aggregate: var aggregate })
        {
            Visit(aggregate.Present);
            Visit(aggregate.Value);
        }
    }

    /// <summary>In the dataset's order.</summary>
    public IEnumerable<RowColumn> Columns => _columns.Values;

    /// <summary>In order of first use.</summary>
    public IEnumerable<Parameter> Parameters => _parameters;

    /// <summary>In order of first use.</summary>
    public IEnumerable<TextParameter> Texts => _texts;

    /// <summary>In order of first use.</summary>
    public IReadOnlyList<Lookup> Lookups => _lookups;

    private void Visit(GroupShape shape)
    {
        foreach (KeyPart part in shape.Key)
        {
            Visit(part.Present);
            if (part is NumberKey number)
            {
                Visit(number.Value);
            }
            else
            {
                Visit(((TextKey)part).Text);
            }
        }

        foreach (GroupTotal total in shape.Totals)
        {
            Visit(total.Present);
            Visit(total.Value);
        }

        Visit(shape.Having);
    }

    private void Visit(Lookup lookup)
    {
        foreach (Scalar part in lookup.Key)
        {
            Visit(part);
        }

        if (!_lookups.Contains(lookup))
        {
            _lookups.Add(lookup);
        }
    }

    private void Visit(Text text)
    {
        if (text is TextField field)
        {
            _columns[field.Column.Ordinal] = field.Column;
        }
        else if (text is TextParameter parameter && !_texts.Contains(parameter))
        {
            _texts.Add(parameter);
        }
    }

    private void Visit(Condition condition)
    {
        switch (condition)
        {
            case Comparison comparison:
                Visit(comparison.Left);
                Visit(comparison.Right);
                break;
            case Both both:
                Visit(both.Left);
                Visit(both.Right);
                break;
            case Either either:
                Visit(either.Left);
                Visit(either.Right);
                break;
        }
    }

    private void Visit(Scalar? scalar)
    {
        switch (scalar)
        {
            case FieldValue field:
                _columns[field.Column.Ordinal] = field.Column;
                break;
            case FieldValidity validity:
                _columns[validity.Column.Ordinal] = validity.Column;
                break;
            case Parameter parameter when !_parameters.Contains(parameter):
                _parameters.Add(parameter);
                break;
            case TextTest test:
                Visit(test.Left);
                Visit(test.Right);
                break;
            case Found found:
                Visit(found.Lookup);
                break;
            case Arithmetic arithmetic:
                Visit(arithmetic.Left);
                Visit(arithmetic.Right);
                break;
            case Choice choice:
                Visit(choice.Condition);
                Visit(choice.WhenTrue);
                Visit(choice.WhenFalse);
                break;
        }
    }
}
