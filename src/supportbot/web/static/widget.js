const STYLE = "{{style}}";
