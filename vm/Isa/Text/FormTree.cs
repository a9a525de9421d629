using NearData.Isa.Forms;

namespace NearData.Isa.Text;

/// <summary>The texts of all forms as a tree of their pieces: a line is read once along what many have in common.</summary>
internal sealed class FormTree
{
    /// <summary>Every text of every form. No two forms share a text.</summary>
    public static readonly FormTree All = Build();

    private readonly List<(TextPiece Piece, FormTree Next)> _branches = [];
    private InstructionForm? _form;

    /// <summary>The form whose text the rest of the line is, and its operands; null where it is none.</summary>
    public (InstructionForm Form, FieldValues Values)? Match(LineCursor cursor, OperandReader operands, FieldValues before)
    {
        if (_form is not null && (cursor.IsAtEnd || cursor.Fail("the end of the line")))
        {
            return (_form, before);
        }

        int start = cursor.Position;
        foreach ((TextPiece piece, FormTree next) in _branches)
        {
            cursor.Position = start;
            FieldValues values = before;
            if ((piece.Literal is { } literal ? cursor.TryTake(literal) : operands.TryTake(piece.Operand, ref values))
                && next.Match(cursor, operands, values) is { } match)
            {
                return match;
            }
        }

        return null;
    }

    private static FormTree Build()
    {
        FormTree root = new();
        foreach (InstructionForm form in InstructionForms.All)
        {
            root.Add(form, form.Pieces);
            if (!form.Alternative.IsEmpty)
            {
                root.Add(form, form.Alternative);
            }
        }

        return root;
    }

    private void Add(InstructionForm form, IEnumerable<TextPiece> pieces)
    {
        FormTree node = this;
        foreach (TextPiece piece in pieces)
        {
            node = node.Branch(piece with { Literal = piece.Literal?.Trim() });
        }

        node._form = node._form is null ? form : throw new InvalidOperationException($"Two forms have the text {form.Text}.");
    }

    private FormTree Branch(TextPiece piece)
    {
        foreach ((TextPiece existing, FormTree next) in _branches)
        {
            if (existing == piece)
            {
                return next;
            }
        }

        FormTree branch = new();
        _branches.Add((piece, branch));
        return branch;
    }
}
